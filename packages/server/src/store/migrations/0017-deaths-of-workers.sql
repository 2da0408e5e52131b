-- needs workers stopped: claiming work answers more than it did, so a worker of the release before cannot claim any
--
-- A claim that ran out is counted apart from a try that failed: the worker died or stalled while it held the key, and
-- with hundreds of keys held at once most of them are innocent. Who claims decides what that means (run-lane.ts), tells
-- whoever shows the work to people, and only then parks the key: parked here, in the claim itself, nobody heard of it.
alter table mailbox add column deaths integer not null default 0;

drop function door.claim;
drop function door.lease_rows;
drop function door.done;

-- Gives rows, locked by the caller and named by their place, to the owner. A row that was still leased comes from a
-- worker that is gone: that is a death, not another try.
create function door.lease_rows(p_places tid[], p_at timestamptz, p_lease_ms integer, p_owner text)
returns table (
  workspace_id uuid, key text, route uuid, fence bigint, attempts integer, deaths integer, dirty bigint
) language sql as $$
  update mailbox m set
    lease_by = p_owner,
    lease_until = p_at + p_lease_ms * interval '1 millisecond',
    next_at = null,
    fence = nextval('mailbox_fence'),
    attempts = m.attempts + case when m.lease_by is null then 1 else 0 end,
    deaths = m.deaths + case when m.lease_by is null then 0 else 1 end
  where m.ctid = any (p_places)
  returning m.workspace_id, m.key, m.route, m.fence, m.attempts, m.deaths, m.dirty
$$;

-- Takes up to p_limit due rows of a lane, of all workspaces, for p_lease_ms.
-- Fair: each workspace with due work gets an equal share of the claim, and only what is left over goes by age.
create function door.claim(p_lane text, p_limit integer, p_lease_ms integer, p_owner text, p_routes uuid[])
returns table (
  workspace_id uuid, key text, route uuid, fence bigint, attempts integer, deaths integer, dirty bigint
) language plpgsql as $$
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
  return query select * from door.lease_rows(places, at, p_lease_ms, p_owner);

  p_limit := p_limit - coalesce(cardinality(places), 0);
  if p_limit = 0 or seen <= coalesce(cardinality(places), 0) then return; end if;
  select array_agg(due.place) into places
  from (
    select m.ctid as place from mailbox m
    where m.lane = p_lane and m.due_at <= at and m.fence >= 0
      and (p_routes is null or m.route is null or m.route = any (p_routes))
    order by m.due_at limit p_limit for update skip locked
  ) due;
  return query select * from door.lease_rows(places, at, p_lease_ms, p_owner);
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
  update mailbox set lease_by = null, lease_until = null, attempts = 0, deaths = 0, next_at = least(next_at, p_next_at)
  where workspace_id = p_workspace and lane = p_lane and key = p_key and lease_by = p_owner and fence = p_fence
  returning next_at into wakes_at;
  return case when not found then 'lost' when wakes_at <= clock_timestamp() then 'due' else 'later' end;
end $$;

-- All claims run out now. For a process that knows that every other is dead.
create function door.end_claims() returns void language sql as $$
  update mailbox set lease_until = clock_timestamp() where lease_by is not null and lease_until > clock_timestamp()
$$;

call open_door('door.end_claims');
call open_door('door.lease_rows');
call open_door('door.claim');
call open_door('door.done');

-- As in 0001: a queue's statistics are always out of date, so no plan is left to the planner.
do $$
declare
  fn text;
begin
  foreach fn in array array['door.claim', 'door.lease_rows', 'door.done'] loop
    fn := fn::regproc::regprocedure::text;
    execute format('alter function %s set enable_seqscan = off', fn);
    execute format('alter function %s set enable_bitmapscan = off', fn);
    execute format('alter function %s set enable_hashjoin = off', fn);
    execute format('alter function %s set enable_mergejoin = off', fn);
    execute format('alter function %s set enable_sort = off', fn);
  end loop;
end $$;

-- What was parked until now was seen by nobody: it gets its tries anew, and is told if it fails again.
update mailbox set parked_at = null, park_reason = null, attempts = 0, next_at = now() where parked_at is not null;
