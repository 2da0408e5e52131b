-- safe online
-- Portals that were installed from Bitrix24 itself, and which employee of a portal is which member here.

-- Set when the entry was made by an installation from Bitrix24, until somebody chooses it for the integration (UIS-11).
alter table portals add column installed_at timestamptz;

-- Who of a portal is who of the workspace. Filled by proof (both signed in at one moment) or by an administrator.
create table portal_members (
  workspace_id uuid not null,
  portal_id uuid not null,
  portal_user_id text not null,
  user_id text not null,
  -- As the portal called them when they were linked.
  portal_user_name text not null,
  -- `proved`: the person signed in on both sides; `confirmed`: an administrator said so.
  source text not null check (source in ('proved', 'confirmed')),
  linked_at timestamptz not null default now(),
  opened_at timestamptz,
  primary key (workspace_id, portal_id, portal_user_id),
  foreign key (workspace_id, portal_id) references portals,
  foreign key (workspace_id, user_id) references members on delete cascade
);
create index portal_members_user on portal_members (workspace_id, user_id);
call fence('portal_members');
