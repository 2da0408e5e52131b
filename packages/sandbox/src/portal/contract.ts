/**
 * What the documentation says a method takes, checked before the method runs.
 * The table itself is generated (`generate-contract.ts`); which error a breach gives depends on the module's family.
 */
import generated from './contract.generated.json' with { type: 'json' }
import { intOf, isArray, isScalar, numberOf, type PhpMap, type PhpValue } from './php-values.ts'
import { argumentError, controllerMissing, controllerWrongType, plainError, RestError } from './rest-error.ts'

export interface ContractParameter {
  readonly type: string
  readonly required: boolean
}

export interface ContractMethod {
  /** Any one of these scopes is enough; empty means none is needed. */
  readonly scope: readonly string[]
  readonly who: string
  readonly appOnly: boolean
  readonly params: Readonly<Record<string, ContractParameter>>
}

export interface Contract {
  readonly source: string
  readonly methods: Readonly<Record<string, ContractMethod>>
  /** Event and placement names (upper case) with the scopes they need. */
  readonly events: Readonly<Record<string, readonly string[]>>
  readonly placements: Readonly<Record<string, readonly string[]>>
}

export const CONTRACT: Contract = generated

/** Carriers of the token and the SDK's own telemetry: never parameters of a method. */
export function isTransportParameter(name: string): boolean {
  return name === 'auth' || name === 'access_token' || name.startsWith('bx24_')
}

/** Controllers match parameters by exact spelling and answer with code `100`. */
const CONTROLLERS =
  /^crm\.(item|category|activity\.todo|activity\.configurable|timeline\.comment|timeline\.logmessage)\./

/**
 * The method's parameters in the documented spelling, or the documented refusal.
 *
 * Modules older than controllers read names in any case, so those are brought to the documented spelling.
 * `strict` refuses a top-level name that the documentation does not know (the real portal ignores it).
 */
export function checkedParams(method: string, params: PhpMap, strict: boolean): PhpMap {
  const contract = CONTRACT.methods[method]
  if (!contract) return params
  const isController = CONTROLLERS.test(method)
  const known: PhpMap = {}
  for (const [name, value] of Object.entries(params)) {
    const documented = documentedName(contract, name, isController)
    if (documented !== undefined) known[documented] = value
    else if (strict) throw argumentError(name, `Argument '${name}' is not known to the method`)
  }
  for (const [name, parameter] of Object.entries(contract.params)) {
    const value = known[name]
    if (value === undefined || (value === null && parameter.required)) {
      if (parameter.required) throw missing(method, name, parameter, isController)
    } else if (value !== null && !fits(value, parameter.type)) {
      throw wrongType(method, name, parameter, isController)
    }
  }
  return known
}

function documentedName(contract: ContractMethod, name: string, exact: boolean): string | undefined {
  if (Object.hasOwn(contract.params, name)) return name
  if (exact) return undefined
  const lower = name.toLowerCase()
  return Object.keys(contract.params).find((documented) => documented.toLowerCase() === lower)
}

function fits(value: PhpValue, type: string): boolean {
  if (/^(object|array|order)|\[\]$/.test(type)) return isArray(value) || value === ''
  switch (type) {
    case 'integer':
      return intOf(value) !== null || value === '' || typeof value === 'boolean'
    case 'double':
      return numberOf(value) !== null || value === ''
    case 'string':
    case 'date':
    case 'datetime':
      return isScalar(value)
    case 'boolean':
      return isScalar(value)
    default:
      return true
  }
}

function missing(
  method: string,
  name: string,
  parameter: ContractParameter,
  isController: boolean,
): RestError {
  if (isController) return controllerMissing(name)
  return moduleError(method, name, parameter) ?? argumentError(name, `Argument '${name}' is null or empty`)
}

function wrongType(
  method: string,
  name: string,
  parameter: ContractParameter,
  isController: boolean,
): RestError {
  if (isController) return controllerWrongType(name, parameter.type === 'integer' ? 'int' : parameter.type)
  return moduleError(method, name, parameter) ?? argumentError(name, `Argument '${name}' has a wrong type`)
}

/** Texts of modules that do not use the kernel's argument error. Source: errors[] of bitrix24-methods.json. */
function moduleError(method: string, name: string, parameter: ContractParameter): RestError | undefined {
  if (method.startsWith('im.notify')) {
    if (name === 'USER_ID') return new RestError(400, 'USER_ID_EMPTY', "User ID can't be empty")
    if (name === 'MESSAGE') return new RestError(400, 'MESSAGE_EMPTY', "Message can't be empty")
  }
  if (method === 'crm.duplicate.findbycomm') {
    return plainError(
      name === 'type' ? 'Communication type is not defined' : 'Communication values is not defined',
    )
  }
  if (method === 'crm.status.entity.items')
    return plainError('The parameter entityId is not defined or invalid.')
  if (/^(app|user)\.option\.set$/.test(method)) {
    return new RestError(400, 'ArgumentNullException', `Argument '${name}' is null or empty`)
  }
  if (/^crm\.(lead|deal)\.contact\./.test(method)) {
    if (name === 'id') return plainError("The parameter 'ownerEntityID' is invalid or not defined.")
    return plainError(`The parameter '${name}' must be array.`)
  }
  if (method.startsWith('crm.')) {
    if (name === 'id') return plainError('ID is not defined or invalid')
    if (/^(object|array)/.test(parameter.type)) return plainError(`Parameter '${name}' must be array`)
  }
  return undefined
}
