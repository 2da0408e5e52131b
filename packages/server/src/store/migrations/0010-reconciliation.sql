-- safe online
-- What we wrote compared with what the portal has: each comparison, and what it found amiss.

create table reconciliations (
  workspace_id uuid not null,
  id uuid not null,
  integration_id uuid not null,
  portal_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  -- Who pressed the button; null for the nightly one.
  asked_by text,
  asked_by_name text,
  asked_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  -- The last contact that was compared: where it goes on after a crash.
  cursor_contact_id uuid,
  -- { conversations, cards, comments, activities }
  checked jsonb not null default '{"conversations": 0, "cards": 0, "comments": 0, "activities": 0}',
  -- How it failed: { ru, en }.
  error jsonb,
  primary key (workspace_id, id),
  foreign key (workspace_id, portal_id) references portals,
  foreign key (workspace_id, integration_id) references integrations
);
-- Asked twice at once it is one comparison.
create unique index reconciliations_open on reconciliations (workspace_id, integration_id)
  where state in ('waiting', 'running');
create index reconciliations_latest on reconciliations (workspace_id, integration_id, asked_at desc);

create table reconciliation_findings (
  workspace_id uuid not null,
  id uuid not null,
  integration_id uuid not null,
  portal_id uuid not null,
  -- The same thing found again is the same row.
  key text not null,
  kind text not null,
  -- null for a card that belongs to no conversation.
  contact_id uuid,
  -- Finding of contracts/crm/reconciliation.
  finding jsonb not null,
  state text not null default 'open' check (state in ('open', 'seen', 'repaired', 'vanished')),
  first_at timestamptz not null default now(),
  found_by uuid not null,
  repair text,
  settled_at timestamptz,
  settled_by text,
  settled_by_name text,
  primary key (workspace_id, id),
  foreign key (workspace_id, portal_id) references portals,
  foreign key (workspace_id, integration_id) references integrations
);
create unique index reconciliation_findings_key on reconciliation_findings (workspace_id, integration_id, portal_id, key);
create index reconciliation_findings_open on reconciliation_findings (workspace_id, integration_id, first_at desc)
  where state = 'open';
create index reconciliation_findings_contact on reconciliation_findings (workspace_id, contact_id);

call fence('reconciliations');
call fence('reconciliation_findings');
