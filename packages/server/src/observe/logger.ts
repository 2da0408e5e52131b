import pino from 'pino'

/**
 * The fixed fields of a log line. Nothing else may be logged: no message text, no names, phones, e-mails, tokens,
 * addresses with tokens in them. Codes, ids, counts and times only.
 */
export interface LogFields {
  readonly traceId?: string
  readonly workspaceId?: string
  readonly portalId?: string
  readonly channelId?: string
  readonly conversationId?: string
  readonly lane?: string
  readonly code?: string
  readonly reason?: string
  readonly method?: string
  readonly status?: number
  readonly durationMs?: number
  readonly count?: number
  readonly error?: string
}

export interface Logger {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields, cause?: unknown): void
}

/** JSON lines on stderr, so that stdout stays for what a command is asked to print. */
export function createLogger(level: string): Logger {
  const log = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: false }),
  )
  return {
    debug: (event, fields = {}) => log.debug({ event, ...fields }),
    info: (event, fields = {}) => log.info({ event, ...fields }),
    warn: (event, fields = {}) => log.warn({ event, ...fields }),
    // Of an unknown error only its name and where it was thrown: its message may hold what a customer wrote.
    error: (event, fields = {}, cause) =>
      log.error({
        event,
        ...fields,
        ...(cause === undefined ? {} : { error: nameOf(cause), at: placeOf(cause) }),
      }),
  }
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : typeof cause
}

function placeOf(cause: unknown): string[] {
  if (!(cause instanceof Error) || cause.stack === undefined) return []
  return cause.stack
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 6)
    .map((line) => line.trim())
}
