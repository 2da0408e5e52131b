import type { PhpMap } from './php-values.ts'

/** A documented refusal of the portal or of the auth server: HTTP status, `error`, `error_description`, extra keys. */
export class RestError extends Error {
  readonly status: number
  readonly code: string
  readonly extra: PhpMap

  constructor(status: number, code: string, description: string, extra: PhpMap = {}) {
    super(description)
    this.name = 'RestError'
    this.status = status
    this.code = code
    this.extra = extra
  }

  /** The JSON body exactly as the portal prints it. */
  body(): PhpMap {
    return { error: this.code, error_description: this.message, ...this.extra }
  }
}

/** Kernel refusal of an argument; `argument` names the parameter. Source: reference/bitrix24.md §2.2. */
export function argumentError(argument: string, description: string): RestError {
  return new RestError(400, 'ERROR_ARGUMENT', description, { argument })
}

/** Refusal of a classic CRM method: an empty code and a text. Source: reference/bitrix24.md §4.3. */
export function plainError(description: string, status = 400): RestError {
  return new RestError(status, '', description)
}

export function notFound(description = 'Not found'): RestError {
  return new RestError(400, 'NOT_FOUND', description)
}

/** Field validation of the classic CRM methods. */
export function coreError(description: string): RestError {
  return new RestError(400, 'ERROR_CORE', description)
}

/** A controller method got no value, or a value of another PHP type (code `100`). Source: reference/bitrix24.md §4.2. */
export function controllerMissing(parameter: string): RestError {
  return new RestError(400, '100', `Could not find value for parameter {${parameter}}`)
}

export function controllerWrongType(parameter: string, type: string): RestError {
  return new RestError(
    400,
    '100',
    `Invalid value to match with parameter {${parameter}}. Should be value of type ${type}.`,
  )
}

export function invalidArgValue(description: string): RestError {
  return new RestError(400, 'INVALID_ARG_VALUE', description)
}
