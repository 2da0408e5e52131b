import { startApp } from './app.ts'
import { ConfigError, describeConfig, readConfig } from './config.ts'
import { createLogger } from './observe/logger.ts'
import { startFault } from './start-fault.ts'

/** Starts the product from its environment; stops it cleanly on SIGINT and SIGTERM. Exit codes: 0 stopped, 1 failed, 2 bad configuration. */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const logger = createLogger(config.logLevel)
  logger.info('starting', {
    reason: Object.entries(describeConfig(config))
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
  })
  const app = await startApp(config, { logger })
  process.stdout.write(`${app.context.publicUrl()}\n`)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error('stop-failed', {}, error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    for (const fault of error.faults) process.stderr.write(`${fault}\n`)
    process.exit(2)
  }
  const told = startFault(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.stderr.write(`${told}\n`)
  process.exit(1)
})
