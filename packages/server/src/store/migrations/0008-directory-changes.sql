-- safe online
-- What changed in a portal's directory, one row for each reading that found a change (UIS-17).

create table directory_changes (
  workspace_id uuid not null,
  id uuid not null,
  portal_id uuid not null,
  at timestamptz not null default now(),
  -- [{ kind, what, id, name, was? }]
  changes jsonb not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, portal_id) references portals
);
create index directory_changes_portal on directory_changes (workspace_id, portal_id, at desc);
call fence('directory_changes');
