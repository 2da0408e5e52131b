-- safe online
-- What rules may look at besides the words: tags of a conversation, and whether it began in working time. And the
-- wordings that people agreed to.

alter table conversations
  add column tags text[] not null default '{}',
  -- As it was when the conversation began; null when nobody said what working time is.
  add column working_time boolean;

-- The tags in use are few, the conversations many.
create index conversations_tagged on conversations (workspace_id, started_at desc) where tags <> '{}';

-- Every wording of a consent that a form of ours may have shown, by the name that goes with a consent. A form that was
-- opened before its wording was changed is sent under the old name.
create table consent_texts (
  workspace_id uuid not null references workspaces,
  version text not null,
  personal_data text not null,
  policy_url text not null,
  -- Empty where mailing is not asked for.
  mailing text not null,
  since timestamptz not null default now(),
  primary key (workspace_id, version)
);
call fence('consent_texts');

-- A repair was asked for: the portal is asked about the finding once more before anything is done.
alter table reconciliation_findings add column wanted_at timestamptz;
