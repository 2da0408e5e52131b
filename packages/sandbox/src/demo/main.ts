/**
 * The demo's second process. It is started by `tools/src/demo.ts` with one argument, the options as JSON, and tells
 * its parent by message where everything listens. SIGTERM, SIGINT or the end of the parent stop it.
 */
import './end-with-parent.ts'
import { startWorld, type WorldOptions } from './start-world.ts'

const world = await startWorld(JSON.parse(process.argv[2] ?? '') as WorldOptions)
process.send?.(world.addresses)

let stopping = false
const stop = (): void => {
  if (stopping) return
  stopping = true
  world.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
      process.exit(1)
    },
  )
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
