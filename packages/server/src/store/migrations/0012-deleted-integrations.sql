-- safe online
-- An integration that was deleted decides nothing any more; what it decided and wrote stays readable under its name.

alter table integrations add column deleted_at timestamptz;
