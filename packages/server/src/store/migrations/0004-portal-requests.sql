-- needs workers stopped: a worker of the release before names the old key of the step ledger when it plans
--
-- Cards that people delete in the portal, what a node asks of the node that owns a portal, and a search that does not
-- tell ё from е.

-- Set when the portal said that the card is not there any more; taken off when a conversation is written into it again.
alter table crm_links add column gone_at timestamptz;

-- A step whose card was deleted in the portal belongs to history: its key may be planned once more.
alter table plan_steps add column retired_at timestamptz;
drop index plan_steps_key;
create unique index plan_steps_key on plan_steps (workspace_id, integration_id, conversation_id, key)
  where retired_at is null;

-- What a person asked of a portal, for the node that owns it. Lives for minutes; the lane `portal` tells the owner.
create table portal_requests (
  workspace_id uuid not null,
  id uuid not null,
  portal_id uuid not null,
  kind text not null,
  asked_at timestamptz not null default now(),
  -- Nobody waits for an answer after this: the owner leaves such a request alone.
  expires_at timestamptz not null,
  answered_at timestamptz,
  -- How it failed: `{ code, detail }`; null when it was done.
  error jsonb,
  primary key (workspace_id, id)
);
create index portal_requests_open on portal_requests (workspace_id, portal_id) where answered_at is null;
call fence('portal_requests');

-- People write ё and е as they please; the words of the index know е alone.
alter table messages drop column search;
alter table messages add column search tsvector
  generated always as (to_tsvector('russian', translate(text, 'ёЁ', 'еЕ'))) stored;
create index messages_search on messages using gin (search);
