-- safe online
-- Offline requests: forms left where nobody could chat. Each is a conversation of its own kind, with what the form held.

alter table conversations add column kind text not null default 'chat' check (kind in ('chat', 'request'));

-- Two chats of one talk are never open together; a request is no part of that.
create unique index conversations_one_open_chat on conversations (workspace_id, channel_id, talk)
  where status = 'open' and kind = 'chat';
drop index conversations_one_open;

create index conversations_requests on conversations
  (workspace_id, status, unanswered_since asc nulls last, updated_at desc, id desc) where kind = 'request';

create table offline_requests (
  workspace_id uuid not null references workspaces,
  conversation_id uuid not null,
  form_name text not null,
  form_type text not null check (form_type in ('widget', 'site-form')),
  -- [{ name, label, value }] in the order of the form.
  fields jsonb not null,
  -- Sent to try the form out: never becomes a card.
  technical boolean not null,
  personal_data_consent boolean not null,
  mailing_consent boolean not null,
  -- Names the wording of the consent that the person saw; empty = not known.
  consent_version text not null default '',
  status text not null default 'not_processed' check (status in ('not_processed', 'processing', 'processed')),
  status_at timestamptz,
  status_by text,
  comment text not null default '',
  comment_at timestamptz,
  comment_by text,
  primary key (workspace_id, conversation_id),
  foreign key (workspace_id, conversation_id) references conversations on delete cascade
);
call fence('offline_requests');
