-- safe online
--
-- The ground everything else stands on: roles, the fence between workspaces, accepted events, the mailbox, leases,
-- realtime events. PostgreSQL 15+, run by any role that may create roles; no superuser is needed.
--
-- Two roles besides the one that migrates:
--   trunkline_app   the product at work. Sees one workspace at a time, named by the setting app.workspace.
--   trunkline_door  owns the few functions that must cross workspaces (schema door), and nothing else.

-- Roles belong to the whole cluster, so another database may be creating them at this very moment.
do $$
declare
  wanted text;
  usable boolean;
begin
  foreach wanted in array array['trunkline_app', 'trunkline_door'] loop
    for attempt in 1..20 loop
      begin
        if not exists (select from pg_roles where rolname = wanted) then
          execute format('create role %I nologin', wanted);
        end if;
        if current_setting('server_version_num')::int >= 160000 then
          usable := pg_has_role(current_user, wanted, 'SET');
        else
          usable := pg_has_role(current_user, wanted, 'MEMBER');
        end if;
        if not usable then
          execute format('grant %I to current_user', wanted);
        end if;
        exit;
      exception
        -- The other one won; its work is visible now. internal_error is "tuple concurrently updated".
        when duplicate_object or unique_violation or internal_error then
          if attempt = 20 then raise; end if;
      end;
    end loop;
    if exists (select from pg_roles where rolname = wanted and (rolsuper or rolbypassrls)) then
      raise exception 'role % must not be a superuser and must not bypass row level security', wanted;
    end if;
  end loop;
end $$;

create schema door;
grant usage on schema public, door to trunkline_app, trunkline_door;
-- Who is given a function must be allowed to create in its schema. The role that migrates must own the database.
grant create on schema public, door to trunkline_door;

-- Puts a table with a workspace_id column behind the fence: only rows of the workspace named by app.workspace exist.
-- Forced, so the owner is no exception. Without the setting a query fails, it does not come back empty.
create procedure fence(target regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy workspace on %s
       using (workspace_id = (select current_setting(''app.workspace''))::uuid)
       with check (workspace_id = (select current_setting(''app.workspace''))::uuid)', target);
  execute format('grant select, insert, update, delete on %s to trunkline_app', target);
end $$;

-- Lets the functions of the schema door through the fence of a table. `what`: privileges, such as 'select, update'.
create procedure let_door(target regclass, what text) language plpgsql as $$
begin
  execute format('create policy door on %s to trunkline_door using (true) with check (true)', target);
  execute format('grant %s on %s to trunkline_door', what, target);
end $$;

-- Makes a function of the schema door run as trunkline_door, for trunkline_app to call and nobody else.
create procedure open_door(fn regproc) language plpgsql as $$
begin
  execute format('alter function %s security definer set search_path = public, pg_temp', fn::regprocedure);
  execute format('revoke all on function %s from public', fn::regprocedure);
  execute format('grant execute on function %s to trunkline_app', fn::regprocedure);
  execute format('alter function %s owner to trunkline_door', fn::regprocedure);
end $$;

revoke all on procedure fence, let_door, open_door from public;

-- ---------------------------------------------------------------------------------------------------------- workspaces

create table workspaces (
  id uuid primary key,
  name text not null,
  default_region text not null default 'RU',
  time_zone text not null default 'Europe/Moscow',
  locale text not null default 'ru',
  created_at timestamptz not null default now()
);
alter table workspaces enable row level security;
alter table workspaces force row level security;
create policy workspace on workspaces
  using (id = (select current_setting('app.workspace'))::uuid)
  with check (id = (select current_setting('app.workspace'))::uuid);
grant select, insert, update, delete on workspaces to trunkline_app;
call let_door('workspaces', 'select');

-- For jobs that go round all workspaces, one transaction each.
create function door.workspace_ids() returns setof uuid language sql stable as $$
  select id from workspaces order by id
$$;
call open_door('door.workspace_ids');

-- ------------------------------------------------------------------------------------------------------------- mailbox

-- One row for each key (conversation, portal, …) of a lane that has something to do, now or at a time.
-- The row is the lock, the lease and the timer. A key with nothing to do has no row.
create sequence mailbox_fence;

create table mailbox (
  workspace_id uuid not null,
  lane text not null,
  key text not null,
  -- Who may work on it (a portal, a session); null: any worker of the lane.
  route uuid,
  -- When to wake. While a lease is held: the wake-ups that came since the claim.
  next_at timestamptz,
  lease_by text,
  lease_until timestamptz,
  -- Number of the latest claim, from one sequence: never repeated, not even for a row made anew.
  fence bigint not null default 0,
  -- Claims since the last success, the present one included.
  attempts integer not null default 0,
  -- Grows with the wake-ups that came while a worker had the key; a difference since the claim means more to do.
  dirty bigint not null default 0,
  parked_at timestamptz,
  park_reason text,
  -- The one answer to "when may a worker take it?". A lease that ran out makes the row due again: that is the retry.
  due_at timestamptz generated always as (
    case when parked_at is not null then null when lease_by is not null then lease_until else next_at end
  ) stored,
  primary key (workspace_id, lane, key)
) with (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 500,
  autovacuum_analyze_scale_factor = 0.05
);
-- The condition on fence is always true. It keeps this index out of queries that do not repeat it: those about one
-- workspace must take the other, also when statistics say that there is only one workspace.
create index mailbox_due on mailbox (lane, due_at) where due_at is not null and fence >= 0;
create index mailbox_due_by_workspace on mailbox (lane, workspace_id, due_at) where due_at is not null;
create index mailbox_parked on mailbox (workspace_id, lane, parked_at) where parked_at is not null;
call fence('mailbox');
call let_door('mailbox', 'select, insert, update, delete');
grant usage on sequence mailbox_fence to trunkline_door;

-- Gives rows, locked by the caller and named by their place, to the owner. A row claimed too often without success (its worker dies
-- each time) is parked instead and not returned.
create function door.lease_rows(
  p_places tid[], p_at timestamptz, p_lease_ms integer, p_owner text, p_max_attempts integer
) returns table (workspace_id uuid, key text, route uuid, fence bigint, attempts integer, dirty bigint)
language sql as $$
  with leased as (
    update mailbox m set
      lease_by = case when m.attempts < p_max_attempts then p_owner end,
      lease_until = case when m.attempts < p_max_attempts then p_at + p_lease_ms * interval '1 millisecond' end,
      next_at = case when m.attempts >= p_max_attempts then coalesce(m.next_at, p_at) end,
      fence = nextval('mailbox_fence'),
      attempts = m.attempts + case when m.attempts < p_max_attempts then 1 else 0 end,
      parked_at = case when m.attempts >= p_max_attempts then p_at end,
      park_reason = case when m.attempts >= p_max_attempts then 'worker-died' end
    where m.ctid = any (p_places)
    returning m.workspace_id, m.key, m.route, m.fence, m.attempts, m.dirty, m.parked_at
  )
  select workspace_id, key, route, fence, attempts, dirty from leased where parked_at is null
$$;

-- Takes up to p_limit due rows of a lane, of all workspaces, for p_lease_ms.
-- Fair: each workspace with due work gets an equal share of the claim, and only what is left over goes by age.
create function door.claim(
  p_lane text, p_limit integer, p_lease_ms integer, p_owner text, p_routes uuid[], p_max_attempts integer
) returns table (workspace_id uuid, key text, route uuid, fence bigint, attempts integer, dirty bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  at timestamptz := clock_timestamp();
  seen integer;
  homes uuid[];
  places tid[];
  share integer;
begin
  -- Whose work is due, told by the oldest rows.
  select count(*), array_agg(distinct oldest.workspace_id) into seen, homes
  from (
    select m.workspace_id from mailbox m
    where m.lane = p_lane and m.due_at <= at and m.fence >= 0
      and (p_routes is null or m.route is null or m.route = any (p_routes))
    order by m.due_at limit p_limit * 4
  ) oldest;
  if seen = 0 then return; end if;

  -- A deep backlog of one workspace may hide the others: hop over the index from one workspace to the next.
  if seen = p_limit * 4 then
    with recursive hop (id) as (
      (select m.workspace_id from mailbox m where m.lane = p_lane and m.due_at is not null
       order by m.workspace_id limit 1)
      union all
      select (select m.workspace_id from mailbox m
              where m.lane = p_lane and m.due_at is not null and m.workspace_id > hop.id
              order by m.workspace_id limit 1)
      from hop where hop.id is not null
    )
    -- By lot when there are more of them than room: by age, those with the deepest backlog would always be first.
    select (array_agg(hop.id order by random()))[1:p_limit] into homes
    from hop
    -- A subquery with a limit, because an EXISTS would be joined, at the price of reading the backlog.
    where (
      select true from mailbox m
      where m.lane = p_lane and m.workspace_id = hop.id and m.due_at <= at
        and (p_routes is null or m.route is null or m.route = any (p_routes))
      order by m.due_at limit 1
    );
  end if;

  share := greatest(1, p_limit / cardinality(homes));
  select array_agg(due.place) into places
  from (
    select mine.place
    from unnest(homes) as home (id) cross join lateral (
      select m.ctid as place from mailbox m
      where m.lane = p_lane and m.workspace_id = home.id and m.due_at <= at
        and (p_routes is null or m.route is null or m.route = any (p_routes))
      order by m.due_at limit share for update skip locked
    ) mine
    limit p_limit
  ) due;
  return query select * from door.lease_rows(places, at, p_lease_ms, p_owner, p_max_attempts);

  p_limit := p_limit - coalesce(cardinality(places), 0);
  if p_limit = 0 or seen <= coalesce(cardinality(places), 0) then return; end if;
  select array_agg(due.place) into places
  from (
    select m.ctid as place from mailbox m
    where m.lane = p_lane and m.due_at <= at and m.fence >= 0
      and (p_routes is null or m.route is null or m.route = any (p_routes))
    order by m.due_at limit p_limit for update skip locked
  ) due;
  return query select * from door.lease_rows(places, at, p_lease_ms, p_owner, p_max_attempts);
end $$;

-- Ends a claim well. A row that nothing woke since the claim goes; else it is due again when the wake-up says, or at
-- p_next_at if that is earlier. Answers 'gone', 'due' (again, now), 'later', or 'lost' when the claim is no longer the
-- caller's and nothing was changed.
create function door.done(
  p_workspace uuid, p_lane text, p_key text, p_owner text, p_fence bigint, p_dirty bigint, p_next_at timestamptz
) returns text language plpgsql as $$
declare
  wakes_at timestamptz;
begin
  if p_next_at is null then
    delete from mailbox
    where workspace_id = p_workspace and lane = p_lane and key = p_key
      and lease_by = p_owner and fence = p_fence and dirty = p_dirty;
    if found then return 'gone'; end if;
  end if;
  update mailbox set lease_by = null, lease_until = null, attempts = 0, next_at = least(next_at, p_next_at)
  where workspace_id = p_workspace and lane = p_lane and key = p_key and lease_by = p_owner and fence = p_fence
  returning next_at into wakes_at;
  return case when not found then 'lost' when wakes_at <= clock_timestamp() then 'due' else 'later' end;
end $$;

-- Ends a claim without success. p_burn: whether it counts as a try. At p_max_attempts tries, or with p_max_attempts 0
-- at once, the row is parked. Answers 'again', 'parked', or 'lost' when the claim is no longer the caller's.
create function door.give_back(
  p_workspace uuid, p_lane text, p_key text, p_owner text, p_fence bigint, p_next_at timestamptz, p_burn boolean,
  p_max_attempts integer, p_reason text
) returns text language plpgsql as $$
declare
  parked boolean;
begin
  update mailbox set
    lease_by = null, lease_until = null, next_at = p_next_at,
    attempts = case when p_burn then attempts else greatest(attempts - 1, 0) end,
    parked_at = case when p_burn and attempts >= p_max_attempts then clock_timestamp() end,
    park_reason = case when p_burn and attempts >= p_max_attempts then p_reason end
  where workspace_id = p_workspace and lane = p_lane and key = p_key and lease_by = p_owner and fence = p_fence
  returning parked_at is not null into parked;
  return case when parked is null then 'lost' when parked then 'parked' else 'again' end;
end $$;

-- Lengthens claims. Returns the fences of those still held; the others were lost.
-- Two statements: one that locks and updates by ctid at once would miss a row that somebody woke in between.
create function door.renew(
  p_workspaces uuid[], p_lane text, p_keys text[], p_fences bigint[], p_owner text, p_lease_ms integer
) returns setof bigint language plpgsql as $$
declare
  places tid[];
begin
  select array_agg(mine.place) into places
  from (
    select * from unnest(p_workspaces, p_keys, p_fences) as claim (workspace_id, key, fence)
    order by claim.workspace_id, claim.key
  ) claim cross join lateral (
    select m.ctid as place from mailbox m
    where m.workspace_id = claim.workspace_id and m.lane = p_lane and m.key = claim.key
      and m.fence = claim.fence and m.lease_by = p_owner
    limit 1 for update
  ) mine;
  return query
    update mailbox m set lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond'
    where m.ctid = any (places) returning m.fence;
end $$;

-- How many keys wait, are leased and are parked in each lane: for metrics, across workspaces.
create function door.lane_depths() returns table (lane text, waiting bigint, leased bigint, parked bigint)
language sql stable as $$
  select lane,
    count(*) filter (where parked_at is null and lease_by is null and next_at <= now()),
    count(*) filter (where parked_at is null and lease_by is not null),
    count(*) filter (where parked_at is not null)
  from mailbox group by lane
$$;

call open_door('door.lease_rows');
call open_door('door.claim');
call open_door('door.done');
call open_door('door.give_back');
call open_door('door.renew');
call open_door('door.lane_depths');

-- Rows are named by ctid and looked up one by one (lateral with a limit) on purpose: no join is left to the planner.
-- A queue's statistics are always out of date: the table that was empty a second ago holds a burst now. Left to them
-- the planner reads the whole backlog and sorts it for each claim (measured: 10 times slower at 20,000 rows).
do $$
declare
  fn text;
begin
  foreach fn in array array['door.claim', 'door.lease_rows', 'door.renew', 'door.done', 'door.give_back'] loop
    fn := fn::regproc::regprocedure::text;
    execute format('alter function %s set enable_seqscan = off', fn);
    execute format('alter function %s set enable_bitmapscan = off', fn);
    execute format('alter function %s set enable_hashjoin = off', fn);
    execute format('alter function %s set enable_mergejoin = off', fn);
    execute format('alter function %s set enable_sort = off', fn);
  end loop;
end $$;

-- ------------------------------------------------------------------------------------------------------ inbound events

create sequence inbound_events_seq;

-- Every accepted event as it came, by month. Never changed except for how it ended.
create table inbound_events (
  workspace_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  event_key text not null,
  lane_key text not null,
  -- What the door kept of the request, and the entry's own part. `json`, not `jsonb`: it takes any JSON there is,
  -- a zero character in a text included, and a hook must never be refused for its content.
  hook json not null,
  -- The bytes as they came, where the door keeps them.
  body bytea,
  -- The order of work inside one lane key. Drawn under the lock of its mailbox row, so it is the order of commits.
  seq bigint not null default nextval('inbound_events_seq'),
  received_at timestamptz not null default now(),
  handled_at timestamptz,
  outcome text not null default 'pending' check (outcome in ('pending', 'passed', 'not_passed', 'held', 'failed')),
  reason text,
  decision_id uuid,
  trace_id text not null,
  primary key (workspace_id, id, received_at)
) partition by range (received_at);
create index on inbound_events (workspace_id, lane_key, seq) where handled_at is null;
call fence('inbound_events');
call let_door('inbound_events', 'select, insert');
grant usage on sequence inbound_events_seq to trunkline_door, trunkline_app;

-- What makes an event one of a kind. Apart from the events, because a partitioned table cannot hold uniqueness
-- across its months.
create table inbound_keys (
  workspace_id uuid not null,
  channel_id uuid not null,
  event_key text not null,
  event_id uuid not null,
  received_at timestamptz not null default now(),
  primary key (workspace_id, channel_id, event_key)
);
create index on inbound_keys using brin (received_at);
call fence('inbound_keys');
call let_door('inbound_keys', 'select, insert, delete');

-- Stores a batch of events of any workspaces and wakes their lanes. Element i of the answer: stored (true) or seen
-- before (false). Locks in one order for everybody: mailbox rows sorted, then keys sorted.
create function door.accept(
  p_workspaces uuid[], p_channels uuid[], p_ids uuid[], p_event_keys text[], p_lanes text[], p_lane_keys text[],
  p_hooks text[], p_bodies bytea[], p_traces text[]
) returns boolean[] language plpgsql as $$
declare
  stored boolean[];
begin
  insert into mailbox as m (workspace_id, lane, key, next_at)
  select distinct workspace_id, lane, key, now()
  from unnest(p_workspaces, p_lanes, p_lane_keys) as entry (workspace_id, lane, key)
  order by workspace_id, lane, key
  -- A row that waits unclaimed is only locked, not written again: the lock alone keeps seq in the order of commits.
  on conflict (workspace_id, lane, key) do update
    set next_at = least(m.next_at, excluded.next_at), dirty = m.dirty + 1
    where m.lease_by is not null or m.next_at is null or m.next_at > excluded.next_at;

  with entry as (
    select * from unnest(p_workspaces, p_channels, p_ids, p_event_keys, p_lane_keys, p_hooks, p_bodies, p_traces)
      with ordinality as e (workspace_id, channel_id, id, event_key, lane_key, hook, body, trace_id, ordinal)
  ), fresh as (
    insert into inbound_keys (workspace_id, channel_id, event_key, event_id)
    select workspace_id, channel_id, event_key, id from entry order by workspace_id, channel_id, event_key, ordinal
    on conflict do nothing
    returning event_id
  ), kept as (
    insert into inbound_events (workspace_id, id, channel_id, event_key, lane_key, hook, body, trace_id)
    select workspace_id, id, channel_id, event_key, lane_key, hook::json, body, trace_id
    from entry where id in (select event_id from fresh) order by ordinal
    returning id
  )
  select array_agg(kept.id is not null order by entry.ordinal) into stored from entry left join kept using (id);
  return stored;
end $$;
call open_door('door.accept');

-- Forgets keys so old that no network repeats them. Returns how many.
create function door.forget_inbound_keys(p_keep interval) returns bigint language sql as $$
  with gone as (delete from inbound_keys where received_at < now() - p_keep returning 1) select count(*) from gone
$$;
call open_door('door.forget_inbound_keys');

create function door.has_pending_events(p_from timestamptz, p_to timestamptz) returns boolean language sql stable as $$
  select exists (
    select from inbound_events where received_at >= p_from and received_at < p_to and outcome = 'pending'
  )
$$;
call open_door('door.has_pending_events');

-- ---------------------------------------------------------------------------------------------------- monthly partitions

-- Makes the partitions of this month and the p_months_ahead coming ones for every table of the schema public that is
-- partitioned by range. Runs as the owner, because only an owner may attach. Called at each start and once a day.
create function ensure_partitions(p_months_ahead integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  parent record;
  first_day timestamp;
  name text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('trunkline ensure_partitions'));
  for parent in
    select c.oid::regclass as ref, c.relname,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id') as fenced
    from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
    where c.relnamespace = 'public'::regnamespace and p.partstrat = 'r'
  loop
    for month in 0..p_months_ahead loop
      first_day := date_trunc('month', now() at time zone 'UTC') + month * interval '1 month';
      name := parent.relname || to_char(first_day, '"_"YYYY"_"MM');
      continue when to_regclass(quote_ident(name)) is not null;
      -- Made apart and attached, which readers and writers of the parent do not have to wait for.
      execute format('create table %I (like %s including all)', name, parent.ref);
      if parent.fenced then
        execute format('call fence(%L)', quote_ident(name));
      end if;
      execute format('alter table %s attach partition %I for values from (%L) to (%L)', parent.ref, name,
        first_day || '+00', (first_day + interval '1 month') || '+00');
      made := made + 1;
    end loop;
  end loop;
  return made;
end $$;

-- Drops the months of a table that ended longer than p_keep ago; months of inbound_events with anything pending stay.
-- Returns the names dropped.
create function prune_partitions(p_parent regclass, p_keep interval) returns setof text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  part record;
  ends timestamptz;
begin
  for part in
    select c.oid::regclass as ref, c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = p_parent and c.relname ~ '_\d{4}_\d{2}$'
  loop
    ends := (to_date(right(part.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC';
    continue when ends > now() - p_keep;
    continue when p_parent = 'inbound_events'::regclass
      and door.has_pending_events(ends - interval '1 month', ends);
    execute format('drop table %s', part.ref);
    return next part.relname;
  end loop;
end $$;

revoke all on function ensure_partitions, prune_partitions from public;
grant execute on function ensure_partitions, prune_partitions to trunkline_app;
select ensure_partitions(3);

-- -------------------------------------------------------------------------------------------------- leases, rate limits

-- Who is the one owner of something for now: the pump of a portal, the leader of a cron job.
create table leases (
  name text primary key,
  owner text not null,
  -- Grows with every change of owner.
  fence bigint not null,
  until timestamptz not null
);
grant select, insert, update, delete on leases to trunkline_app;

create table rate_limits (
  key text primary key,
  -- Theoretical arrival time of GCRA: when the bucket is full again.
  full_at timestamptz not null
) with (fillfactor = 70);
grant select, insert, update, delete on rate_limits to trunkline_app;

-- Takes p_cost tokens from a bucket of p_burst that fills by p_per_second. Returns 0 when granted, else the
-- milliseconds to wait; a refusal takes nothing.
create function take_tokens(p_key text, p_per_second float8, p_burst float8, p_cost float8) returns float8
language plpgsql as $$
declare
  at timestamptz := clock_timestamp();
  spent interval := p_cost / p_per_second * interval '1 second';
  whole interval := p_burst / p_per_second * interval '1 second';
  full_now timestamptz;
begin
  insert into rate_limits as r (key, full_at) values (p_key, at) on conflict (key) do update set key = r.key
  returning greatest(r.full_at, at) + spent into full_now;
  if full_now - whole > at then
    return extract(epoch from full_now - whole - at) * 1000;
  end if;
  update rate_limits set full_at = full_now where key = p_key;
  return 0;
end $$;

-- ----------------------------------------------------------------------------------------------------- realtime events

-- What the cabinet and the widget are told. A reader takes only rows of transactions below the oldest one running,
-- so that one which commits late is never skipped; its place is (tx, id).
create table realtime_events (
  workspace_id uuid not null,
  id bigint generated always as identity,
  tx xid8 not null default pg_current_xact_id(),
  topic text not null,
  payload jsonb not null,
  at timestamptz not null default now(),
  primary key (workspace_id, tx, id)
);
create index on realtime_events using brin (at);
call fence('realtime_events');
call let_door('realtime_events', 'select, delete');

-- The newest rows of all workspaces after a place, for the one reader of a node.
create function door.realtime_after(p_tx xid8, p_id bigint, p_limit integer)
returns table (workspace_id uuid, tx text, id bigint, topic text, payload jsonb, at timestamptz)
language sql stable as $$
  select workspace_id, tx::text, id, topic, payload, at from realtime_events
  where (tx, id) > (p_tx, p_id) and tx < pg_snapshot_xmin(pg_current_snapshot())
  order by realtime_events.tx, realtime_events.id limit p_limit
$$;
create index on realtime_events (tx, id);
call open_door('door.realtime_after');

create function door.forget_realtime(p_keep interval) returns bigint language sql as $$
  with gone as (delete from realtime_events where at < now() - p_keep returning 1) select count(*) from gone
$$;
call open_door('door.forget_realtime');
