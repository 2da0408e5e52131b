/**
 * Trims the Bitrix24 reference to what the sandbox implements and writes `contract.generated.json` beside this file.
 *
 *     node packages/sandbox/src/portal/generate-contract.ts <path to bitrix24-methods.json>
 *
 * Corrections of slips in the reference (a parameter typed `string` that is an object, field names listed as
 * top-level parameters) stand here, in one table, with their reason.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Contract, ContractMethod, ContractParameter } from './contract.ts'
import { IMPLEMENTED_METHODS } from './implemented-methods.ts'

interface ReferenceMethod {
  scope: string[]
  who: string
  app_only?: boolean
  params: Record<string, { type: string | null; required: boolean }>
}

interface Reference {
  meta: { source: string; commit: string; date: string }
  methods: Record<string, ReferenceMethod>
  events: Record<string, { scope: string[] }>
  placements: Record<string, { scope: string[] }>
}

const CORRECTIONS: Record<string, Record<string, ContractParameter>> = {
  // The page prints the type of a filter as string; its samples pass an object.
  'user.get': { FILTER: { type: 'object', required: false } },
  'user.search': { FILTER: { type: 'object', required: false } },
  // Sent as a map of fields in every sample.
  'crm.activity.add': { fields: { type: 'object', required: true } },
  'crm.activity.update': { fields: { type: 'object', required: true } },
  'crm.activity.configurable.add': {
    fields: { type: 'object', required: true },
    layout: { type: 'object', required: true },
  },
  'crm.activity.configurable.update': {
    fields: { type: 'object', required: true },
    layout: { type: 'object', required: true },
  },
  'app.option.set': { options: { type: 'object', required: true } },
  'user.option.set': { options: { type: 'object', required: true } },
  // reference/bitrix24.md §5 marks the name as required.
  'method.get': { name: { type: 'string', required: true } },
}

/** Methods known from the product's specification but absent from the reference. */
const ADDITIONS: Record<string, ContractMethod> = {
  'crm.activity.todo.get': {
    scope: ['crm'],
    who: 'rights',
    appOnly: false,
    params: {
      id: { type: 'integer', required: true },
      ownerTypeId: { type: 'integer', required: false },
      ownerId: { type: 'integer', required: false },
    },
  },
}

function trimmed(name: string, method: ReferenceMethod): ContractMethod {
  const params: Record<string, ContractParameter> = {}
  const takesFields = 'fields' in method.params
  for (const [parameter, { type, required }] of Object.entries(method.params)) {
    // crm.lead.update lists the keys of `fields` once more at the top level.
    if (takesFields && /^[A-Z]/.test(parameter)) continue
    params[parameter] = { type: type ?? 'any', required }
  }
  return {
    scope: method.scope.filter((scope) => /^[a-z_.]+$/.test(scope) && scope !== 'basic'),
    who: method.who,
    appOnly: method.app_only ?? false,
    params: { ...params, ...CORRECTIONS[name] },
  }
}

/** The reference writes `CRM_XXX_…` once for the four card types; smart processes (`DYNAMIC`) are not reproduced. */
function expanded(name: string): string[] {
  if (name.startsWith('CRM_DYNAMIC_')) return []
  if (!name.startsWith('CRM_XXX_')) return [name]
  return ['LEAD', 'DEAL', 'CONTACT', 'COMPANY'].map((entity) => name.replace('XXX', entity))
}

function scopesOnly(entries: Record<string, { scope: string[] }>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(entries)
      .flatMap(([name, entry]) => expanded(name).map((one): [string, { scope: string[] }] => [one, entry]))
      .map(([name, { scope }]): [string, string[]] => [
        name.toUpperCase(),
        scope.filter((one) => one !== 'basic'),
      ])
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  )
}

const inputPath = process.argv[2]
if (!inputPath) throw new Error('usage: generate-contract.ts <path to bitrix24-methods.json>')
const reference = JSON.parse(readFileSync(inputPath, 'utf8')) as Reference
const methods: Record<string, ContractMethod> = {}
for (const name of [...IMPLEMENTED_METHODS].sort()) {
  const method = reference.methods[name]
  const entry = method ? trimmed(name, method) : ADDITIONS[name]
  if (!entry) throw new Error(`the reference does not know ${name}`)
  methods[name] = entry
}
const contract: Contract = {
  source: `${reference.meta.source} ${reference.meta.commit}`,
  methods,
  events: scopesOnly(reference.events),
  placements: scopesOnly(reference.placements),
}
writeFileSync(new URL('contract.generated.json', import.meta.url), `${JSON.stringify(contract, null, 1)}\n`)
