-- safe online
-- What rules may look at besides the words: tags of a conversation, and whether it began in working time.

alter table conversations
  add column tags text[] not null default '{}',
  -- As it was when the conversation began; null when nobody said what working time is.
  add column working_time boolean;

-- The tags in use are few, the conversations many.
create index conversations_tagged on conversations (workspace_id, started_at desc) where tags <> '{}';
