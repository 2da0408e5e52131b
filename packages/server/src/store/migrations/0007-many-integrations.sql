-- safe online
-- A company may have several integrations side by side, each with its own portal and settings (CHAT-05). A conversation
-- belongs to one of them at a time: the row in transfers says which.

drop index integrations_one;
-- What people call it; empty while there is only one.
alter table integrations add column name text not null default '';
create index integrations_oldest on integrations (workspace_id, created_at, id);
-- Whose conversation it is, asked with every message.
create index transfers_conversation on transfers (workspace_id, conversation_id);
