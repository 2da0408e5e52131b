-- safe online
-- Conversations from the test site of the hub itself are left out of reports: they are few, and found by this.

create index conversations_test on conversations (workspace_id, id) where context #>> '{extra,testSite}' is not null;

-- The region of a portal's account, as its plan names it (`ru`, `eu`); null until the portal told it.
alter table portals add column region text;
