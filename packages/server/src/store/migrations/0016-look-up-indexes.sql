-- safe online
-- Look-ups that read whole tables. Measured with explain analyze on two companies of 200,000 events and messages each.

-- The first page counts the accepted events of 59 days: 1371 ms and 6154 pages become 106 ms and 1204.
create index inbound_keys_event on inbound_keys (workspace_id, event_id);

-- The client API finds a message by the application's name for it: 276 pages become 4.
create index message_external_ids_named on message_external_ids (workspace_id, channel_id, external_id);

-- The client API goes on where an application stopped reading: 378 ms and 4423 pages become under 1 ms and 3.
create index messages_sent on messages (workspace_id, received_at, id) where direction = 'outbound';
