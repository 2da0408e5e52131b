-- safe online
-- What in saved settings points to something that is gone: kept so that people see since when, and are told once.

create table settings_notices (
  workspace_id uuid not null,
  integration_id uuid not null,
  section text not null,
  -- JSON Pointer into the section's value.
  pointer text not null,
  code text not null,
  -- { ru, en }
  message jsonb not null,
  since timestamptz not null default now(),
  primary key (workspace_id, integration_id, section, pointer, code),
  foreign key (workspace_id, integration_id) references integrations
);
call fence('settings_notices');
