-- safe online
-- The product's own tables. Every one carries workspace_id, is fenced by forced row-level security (procedure
-- `fence` of 0001), and has workspace_id first in its keys. Instants are timestamptz in UTC.

create table members (
  workspace_id uuid not null references workspaces,
  user_id text not null,
  role text not null check (role in ('owner', 'administrator', 'operator')),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz,
  primary key (workspace_id, user_id)
);
create unique index members_one_workspace on members (user_id);

-- Numbers that grow by one inside a workspace: conversation numbers.
create table counters (
  workspace_id uuid not null references workspaces,
  name text not null,
  value bigint not null default 0,
  primary key (workspace_id, name)
);

create table channels (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  type text not null,
  title text not null,
  settings jsonb not null,
  -- JSON object of secret settings and of hookSecret, sealed (server/seal.ts).
  secrets bytea not null,
  -- In addresses and snippets; 128 random bits, so that an unsigned network is still safe to listen to.
  public_key text not null unique,
  state text not null default 'off',
  state_reason jsonb,
  state_action text,
  state_since timestamptz not null default now(),
  account jsonb,
  -- `type:externalId`: one account is attached once in the whole hub.
  account_key text unique,
  last_event_at timestamptz,
  paused_until timestamptz,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (workspace_id, id)
);

create table channel_keys (
  workspace_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  title text not null,
  prefix text not null,
  -- SHA-256 of the key; 32 random bytes need no slow hash.
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, channel_id) references channels
);

create table contacts (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  name text,
  -- Set when this contact turned out to be another one; never deleted, so that a merge can be undone.
  merged_into uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id)
);

create table contact_identities (
  workspace_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  kind text not null check (kind in ('phone', 'email', 'channel')),
  value text not null,
  raw text,
  vouched boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, contact_id) references contacts
);
create unique index contact_identities_value on contact_identities (workspace_id, kind, value);
create index contact_identities_contact on contact_identities (workspace_id, contact_id);

create table contact_merges (
  workspace_id uuid not null,
  id uuid not null,
  from_contact_id uuid not null,
  into_contact_id uuid not null,
  evidence jsonb not null,
  at timestamptz not null default now(),
  primary key (workspace_id, id)
);

create table conversations (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  -- Given at the end of the transaction that opens the conversation, so that its counter is not held for longer.
  number bigint,
  channel_id uuid not null,
  -- The network's id of the talk.
  talk text not null,
  contact_id uuid not null,
  status text not null check (status in ('open', 'closed')),
  started_at timestamptz not null,
  closed_at timestamptz,
  close_reason text,
  closed_by text,
  close_note text,
  assignee_user_id text,
  unanswered_since timestamptz,
  last_inbound_at timestamptz,
  last_outbound_at timestamptz,
  -- Sequence of the newest message: grows by one with each.
  sequence integer not null default 0,
  -- Grows with everything that changes what the portal should hold: messages, edits, contact data, closing.
  revision integer not null default 0,
  last_message jsonb,
  -- Page, referrer and advertising labels of the first touch; consent.
  context jsonb not null default '{}',
  -- The whole ConversationState of domain/conversation; the columns above repeat what lists and rules ask for.
  state jsonb not null,
  transfer text not null default 'pending',
  updated_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, channel_id) references channels,
  foreign key (workspace_id, contact_id) references contacts
);
create unique index conversations_number on conversations (workspace_id, number);
create index conversations_talk on conversations (workspace_id, channel_id, talk, started_at desc);
create unique index conversations_one_open on conversations (workspace_id, channel_id, talk) where status = 'open';
create index conversations_contact on conversations (workspace_id, contact_id);
-- The inbox: unanswered first, the longest waiting on top, then by what moved last.
create index conversations_inbox on conversations (workspace_id, status, unanswered_since asc nulls last, updated_at desc, id desc);

create table messages (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  sequence integer not null,
  direction text not null check (direction in ('inbound', 'outbound', 'system')),
  -- Made by the browser that wrote it: a double click is one message.
  client_id uuid,
  external_id text,
  author_user_id text,
  author_name text,
  text text not null default '',
  occurred_at timestamptz not null,
  received_at timestamptz not null default now(),
  edited_at timestamptz,
  removed_at timestamptz,
  -- Who wrote: the contact, an employee outside the hub, one of us in the hub, or the hub itself.
  origin text not null check (origin in ('contact', 'elsewhere', 'hub', 'system')),
  delivery text not null default 'none',
  delivery_reason text,
  delivery_at timestamptz,
  reply_to_external_id text,
  reply_to_id uuid,
  search tsvector generated always as (to_tsvector('russian', text)) stored,
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversations
);
create unique index messages_sequence on messages (workspace_id, conversation_id, sequence);
create unique index messages_client on messages (workspace_id, conversation_id, client_id) where client_id is not null;
create index messages_search on messages using gin (search);
create index messages_queued on messages (workspace_id, conversation_id, sequence) where delivery in ('queued', 'sending');

-- One message of ours may be several at the network (split text, albums).
create table message_external_ids (
  workspace_id uuid not null,
  channel_id uuid not null,
  talk text not null,
  external_id text not null,
  message_id uuid not null,
  primary key (workspace_id, channel_id, talk, external_id)
);

-- An edit, removal or mark that overtook its message: kept under the message's name until it comes.
create table message_notes (
  workspace_id uuid not null,
  channel_id uuid not null,
  talk text not null,
  external_id text not null,
  note jsonb not null,
  at timestamptz not null default now(),
  primary key (workspace_id, channel_id, talk, external_id)
);

create table conversation_reads (
  workspace_id uuid not null,
  conversation_id uuid not null,
  user_id text not null,
  up_to integer not null,
  at timestamptz not null default now(),
  primary key (workspace_id, conversation_id, user_id)
);

create table attachments (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  channel_id uuid,
  conversation_id uuid,
  message_id uuid,
  position integer not null default 0,
  kind text not null,
  name text not null,
  mime text not null,
  size_bytes bigint not null default 0,
  state text not null check (state in ('ready', 'fetching', 'failed')),
  -- What the adapter's fetchMedia understands.
  reference jsonb,
  sha256 bytea,
  -- `user:<id>`, `visitor:<talk>`, `api:<channel id>`, `network`.
  uploaded_by text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index attachments_message on attachments (workspace_id, message_id, position);

create table portals (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  name text,
  origin text not null,
  member_id text,
  client_id text not null,
  client_secret bytea not null,
  -- Sealed JSON: access and refresh token, application token, endpoints.
  tokens bytea,
  token_expires_at timestamptz,
  application_token bytea,
  client_endpoint text,
  server_endpoint text,
  state text not null default 'draft',
  state_reason jsonb,
  state_action text,
  state_since timestamptz not null default now(),
  acting_user jsonb,
  scopes text[] not null default '{}',
  crm_mode text,
  plan jsonb not null default '{"rate": 2, "burst": 50}',
  paused_until timestamptz,
  synced_at timestamptz,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (workspace_id, id)
);
create unique index portals_origin on portals (workspace_id, origin) where deleted_at is null;
create unique index portals_member on portals (workspace_id, member_id) where member_id is not null and deleted_at is null;

-- Reference data of a portal: users, departments, pipelines, stages, sources. What vanished there stays here, marked.
create table portal_directory (
  workspace_id uuid not null,
  portal_id uuid not null,
  kind text not null,
  remote_id text not null,
  data jsonb not null,
  seen_at timestamptz not null default now(),
  missing_since timestamptz,
  primary key (workspace_id, portal_id, kind, remote_id),
  foreign key (workspace_id, portal_id) references portals
);

-- A started authorisation: `state` of the OAuth request, hashed, used once.
create table portal_authorisations (
  workspace_id uuid not null,
  state_hash bytea not null,
  portal_id uuid not null,
  user_id text not null,
  expires_at timestamptz not null,
  primary key (workspace_id, state_hash)
);

create table integrations (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  portal_id uuid,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index integrations_one on integrations (workspace_id);

-- Append-only: each save is a row; the newest version is the one in force.
create table settings_versions (
  workspace_id uuid not null,
  integration_id uuid not null,
  section text not null,
  version integer not null,
  value jsonb not null,
  author_user_id text,
  reason text,
  at timestamptz not null default now(),
  primary key (workspace_id, integration_id, section, version),
  foreign key (workspace_id, integration_id) references integrations
);

-- Append-only: what was decided, from which facts, why.
create table decisions (
  workspace_id uuid not null,
  id uuid not null,
  integration_id uuid,
  conversation_id uuid not null,
  at timestamptz not null default now(),
  outcome text not null,
  reason text,
  contact_class text,
  facts jsonb not null,
  plan jsonb not null,
  trace jsonb not null,
  settings_versions jsonb not null,
  primary key (workspace_id, id)
);
create index decisions_conversation on decisions (workspace_id, conversation_id, at desc);

-- Where a conversation's transfer stands, one row for each integration.
create table transfers (
  workspace_id uuid not null,
  integration_id uuid not null,
  conversation_id uuid not null,
  contact_id uuid not null,
  state text not null default 'pending',
  reason text,
  decision_id uuid,
  -- Revision of the conversation that the portal holds.
  written_up_to integer not null default 0,
  written_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, integration_id, conversation_id)
);
create index transfers_contact on transfers (workspace_id, integration_id, contact_id);
create index transfers_state on transfers (workspace_id, state);

-- The step ledger: one row for each CRM write, made before it is sent. Its key makes a second one impossible.
create table plan_steps (
  workspace_id uuid not null,
  id uuid not null,
  integration_id uuid not null,
  portal_id uuid not null,
  conversation_id uuid not null,
  decision_id uuid not null,
  position integer not null,
  key text not null,
  step jsonb not null,
  status text not null default 'planned' check (status in ('planned', 'sent', 'done', 'failed', 'unknown')),
  remote_id text,
  attempts integer not null default 0,
  sent_at timestamptz,
  ended_at timestamptz,
  error jsonb,
  primary key (workspace_id, id)
);
create unique index plan_steps_key on plan_steps (workspace_id, integration_id, conversation_id, key);
create index plan_steps_open on plan_steps (workspace_id, portal_id) where status in ('planned', 'sent', 'unknown');

-- Cards that a conversation is tied to: made by us or found.
create table crm_links (
  workspace_id uuid not null,
  integration_id uuid not null,
  conversation_id uuid not null,
  contact_id uuid not null,
  entity_type text not null,
  entity_id text not null,
  title text,
  made boolean not null,
  -- `target` gets the transcript; `contact` is the client's card.
  role text not null,
  at timestamptz not null default now(),
  primary key (workspace_id, integration_id, conversation_id, entity_type, entity_id)
);
create index crm_links_contact on crm_links (workspace_id, integration_id, contact_id);
create index crm_links_entity on crm_links (workspace_id, integration_id, entity_type, entity_id);

-- Parts of the rolling comment in each target.
create table crm_comments (
  workspace_id uuid not null,
  integration_id uuid not null,
  conversation_id uuid not null,
  entity_type text not null,
  entity_id text not null,
  part integer not null,
  remote_id text,
  text_hash bytea,
  written_at timestamptz,
  primary key (workspace_id, integration_id, conversation_id, entity_type, entity_id, part)
);

-- The ledger: append-only history of outcomes. The current one stands on the event itself.
create table outcomes (
  workspace_id uuid not null,
  event_id uuid not null,
  seq bigint generated always as identity,
  at timestamptz not null default now(),
  outcome text not null,
  reason text,
  decision_id uuid,
  primary key (workspace_id, event_id, seq)
);

alter table inbound_events add column kind text;
alter table inbound_events add column conversation_id uuid;
-- Revision of the conversation that this event made.
alter table inbound_events add column revision integer;
create index inbound_events_conversation on inbound_events (workspace_id, conversation_id) where conversation_id is not null;
-- Without the pending ones, so that accepting an event does not touch it.
create index inbound_events_outcome on inbound_events (workspace_id, outcome, received_at desc, id desc) where outcome <> 'pending';
create index inbound_events_journal on inbound_events (workspace_id, received_at desc, id desc);

create table audit_log (
  workspace_id uuid not null,
  id uuid not null,
  at timestamptz not null default now(),
  actor_user_id text,
  actor_name text,
  action text not null,
  subject text not null default '',
  details jsonb not null default '{}',
  primary key (workspace_id, id)
);
create index audit_log_at on audit_log (workspace_id, at desc, id desc);

create table api_replies (
  workspace_id uuid not null,
  channel_id uuid not null,
  key text not null,
  body_hash bytea not null,
  status integer,
  reply jsonb,
  created_at timestamptz not null default now(),
  primary key (workspace_id, channel_id, key)
);

call fence('members'); call fence('counters'); call fence('channels'); call fence('channel_keys');
call fence('contacts'); call fence('contact_identities'); call fence('contact_merges');
call fence('conversations'); call fence('messages'); call fence('message_external_ids'); call fence('message_notes');
call fence('conversation_reads'); call fence('attachments'); call fence('portals'); call fence('portal_directory');
call fence('portal_authorisations'); call fence('integrations'); call fence('settings_versions');
call fence('decisions'); call fence('transfers'); call fence('plan_steps'); call fence('crm_links');
call fence('crm_comments'); call fence('outcomes'); call fence('audit_log'); call fence('api_replies');

-- Append-only for the app: history cannot be rewritten even by our own mistake.
revoke update, delete on settings_versions, decisions, outcomes, audit_log, contact_merges from trunkline_app;

-- The few look-ups that must find the workspace itself. Each returns only what its caller needs.
call let_door('members', 'select');
call let_door('channels', 'select');
call let_door('channel_keys', 'select');
call let_door('portals', 'select');
call let_door('portal_authorisations', 'select');

create function door.workspace_of_user(p_user text) returns table (workspace_id uuid, role text)
language sql stable as $$
  select m.workspace_id, m.role from members m where m.user_id = p_user
$$;
create function door.has_members() returns boolean language sql stable as $$
  select exists (select from members)
$$;
create function door.channel_by_public_key(p_key text)
returns table (workspace_id uuid, id uuid, type text, title text, settings jsonb, secrets bytea) language sql stable as $$
  select c.workspace_id, c.id, c.type, c.title, c.settings, c.secrets from channels c
  where c.public_key = p_key and c.deleted_at is null
$$;
create function door.channel_by_key_hash(p_hash bytea) returns table (workspace_id uuid, channel_id uuid, key_id uuid)
language sql stable as $$
  select k.workspace_id, k.channel_id, k.id from channel_keys k
  join channels c on c.workspace_id = k.workspace_id and c.id = k.channel_id
  where k.hash = p_hash and k.revoked_at is null and c.deleted_at is null
$$;
create function door.authorisation_by_state(p_hash bytea) returns table (workspace_id uuid, portal_id uuid)
language sql stable as $$
  select a.workspace_id, a.portal_id from portal_authorisations a
  where a.state_hash = p_hash and a.expires_at > now()
$$;
create function door.portals_by_member(p_member text) returns table (workspace_id uuid, portal_id uuid)
language sql stable as $$
  select p.workspace_id, p.id from portals p where p.member_id = p_member and p.deleted_at is null
$$;
create function door.portals_to_serve() returns table (workspace_id uuid, portal_id uuid) language sql stable as $$
  select p.workspace_id, p.id from portals p where p.deleted_at is null
$$;
create function door.channels_to_check() returns table (workspace_id uuid, channel_id uuid) language sql stable as $$
  select c.workspace_id, c.id from channels c where c.state <> 'off' and c.deleted_at is null
$$;
call open_door('door.workspace_of_user');
call open_door('door.has_members');
call open_door('door.channel_by_public_key');
call open_door('door.channel_by_key_hash');
call open_door('door.authorisation_by_state');
call open_door('door.portals_by_member');
call open_door('door.portals_to_serve');
call open_door('door.channels_to_check');
