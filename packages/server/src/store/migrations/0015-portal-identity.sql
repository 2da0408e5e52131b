-- needs workers stopped: a worker of the release before names the old keys of steps, cards and comments when it writes
--
-- A card or comment is known by its number in one Bitrix24 account. Whose numbers they are is that account, not the
-- integration that wrote: an integration may be given another portal, a portal may be connected anew, and of two
-- integrations of one portal one may be deleted.

-- The account: `member_id`, the same under a changed address and after a new connection. An entry that never connected
-- stands for itself.
alter table portals add column key text generated always as (coalesce(member_id, id::text)) stored;
create index portals_key on portals (workspace_id, key);

alter table plan_steps add column portal_key text;
alter table crm_links add column portal_key text;
alter table crm_comments add column portal_key text;

-- The fence holds for the owner of the tables too: it is opened while what stands is filled in.
alter table portals no force row level security;
alter table integrations no force row level security;
alter table plan_steps no force row level security;
alter table crm_links no force row level security;
alter table crm_comments no force row level security;

update plan_steps s set portal_key = coalesce(
  (select p.key from portals p where p.workspace_id = s.workspace_id and p.id = s.portal_id),
  s.portal_id::text);

-- The step that made the card or wrote into it knows the portal; else any step of the conversation; else it is the
-- portal that the integration has now. A card of none of them is of no portal any more, and nobody asks for it.
update crm_links l set portal_key = coalesce(
  (select s.portal_key from plan_steps s
    where s.workspace_id = l.workspace_id and s.integration_id = l.integration_id
      and s.conversation_id = l.conversation_id
    order by (s.remote_id = l.entity_id and s.step ->> 'kind' = 'create-' || l.entity_type)
      or (s.step -> 'target' ->> 'type' = l.entity_type and s.step -> 'target' ->> 'id' = l.entity_id) desc nulls last,
      s.id
    limit 1),
  (select p.key from integrations i join portals p on p.workspace_id = i.workspace_id and p.id = i.portal_id
    where i.workspace_id = l.workspace_id and i.id = l.integration_id),
  '');
update crm_comments c set portal_key = coalesce(
  (select s.portal_key from plan_steps s
    where s.workspace_id = c.workspace_id and s.integration_id = c.integration_id
      and s.conversation_id = c.conversation_id
    order by s.remote_id = c.remote_id and s.step ->> 'kind' = 'comment' desc nulls last, s.id
    limit 1),
  '');

-- Where two integrations wrote one conversation into one portal, what the later one wrote goes on.
update plan_steps s set retired_at = now()
  where retired_at is null and exists (
    select from plan_steps later
    where later.workspace_id = s.workspace_id and later.portal_key = s.portal_key
      and later.conversation_id = s.conversation_id and later.key = s.key and later.retired_at is null
      and later.id > s.id);
delete from crm_links l using crm_links later
  where later.workspace_id = l.workspace_id and later.portal_key = l.portal_key
    and later.conversation_id = l.conversation_id and later.entity_type = l.entity_type
    and later.entity_id = l.entity_id and (later.at, later.integration_id) > (l.at, l.integration_id);
delete from crm_comments c using crm_comments later
  where later.workspace_id = c.workspace_id and later.portal_key = c.portal_key
    and later.conversation_id = c.conversation_id and later.entity_type = c.entity_type
    and later.entity_id = c.entity_id and later.part = c.part
    and (later.written_at, later.integration_id) > (c.written_at, c.integration_id);

alter table portals force row level security;
alter table integrations force row level security;
alter table plan_steps force row level security;
alter table crm_links force row level security;
alter table crm_comments force row level security;

alter table plan_steps alter column portal_key set not null;
drop index plan_steps_key;
create unique index plan_steps_key on plan_steps (workspace_id, conversation_id, portal_key, key)
  where retired_at is null;

alter table crm_links alter column portal_key set not null;
alter table crm_links drop constraint crm_links_pkey;
alter table crm_links add primary key (workspace_id, conversation_id, portal_key, entity_type, entity_id);
drop index crm_links_contact;
drop index crm_links_entity;
create index crm_links_contact on crm_links (workspace_id, contact_id, portal_key);
create index crm_links_entity on crm_links (workspace_id, portal_key, entity_type, entity_id);

alter table crm_comments alter column portal_key set not null;
alter table crm_comments drop constraint crm_comments_pkey;
alter table crm_comments add primary key (workspace_id, conversation_id, portal_key, entity_type, entity_id, part);
