import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from './database.ts'
import { runLane } from './run-lane.ts'
import { openWake } from './wake.ts'

/**
 * A node that works on the lane `talk`, started and killed by run-lane.db.test.ts. For each key it notes that it
 * begins (`touched`, committed at once), pretends a remote call, then in one transaction moves what is pending under
 * the key into `worked` and ends the claim.
 * Arguments: database url, name, milliseconds of the remote call, milliseconds of the lease.
 */
const [url = '', name = '', callMs = '0', leaseMs = '1000'] = process.argv.slice(2)

const database = openDatabase({ url, applicationName: name, poolSize: 6 })
const wake = await openWake(database, url)
const runner = runLane({
  database,
  wake,
  lane: 'talk',
  concurrency: 4,
  claimSize: 8,
  leaseMs: Number(leaseMs),
  maxAttempts: 1000,
  handler: async (claimed, context) => {
    await database.inWorkspace(claimed.workspaceId, (tx) =>
      tx.query({
        text: 'insert into touched (workspace_id, key, fence, worker) values ($1, $2, $3, $4)',
        values: [claimed.workspaceId, claimed.key, claimed.fence, name],
      }),
    )
    await sleep(Number(callMs))
    await database.inWorkspace(claimed.workspaceId, async (tx) => {
      const pending = await tx.query<{ id: string; event_key: string }>({
        text: `select id, event_key from inbound_events
          where workspace_id = $1 and lane_key = $2 and handled_at is null order by seq limit 3`,
        values: [claimed.workspaceId, claimed.key],
      })
      for (const event of pending) {
        await tx.query({
          text: `insert into worked (workspace_id, key, event_key, fence, worker) values ($1, $2, $3, $4, $5)`,
          values: [claimed.workspaceId, claimed.key, event.event_key, claimed.fence, name],
        })
        await tx.query({
          text: `update inbound_events set handled_at = now(), outcome = 'passed' where workspace_id = $1 and id = $2`,
          values: [claimed.workspaceId, event.id],
        })
      }
      // Three at a time, so that a key also comes back by its own word.
      await context.done(tx, pending.length === 3 ? new Date() : undefined)
    })
  },
})

process.on('SIGTERM', () => {
  void runner
    .stop()
    .then(() => wake.close())
    .then(() => database.close())
})
process.send?.('ready')
process.channel?.unref()
