import { expect, test } from 'vitest'
import { CONTRACT, checkedParams } from './contract.ts'
import { IMPLEMENTED_METHODS } from './implemented-methods.ts'
import { METHODS } from './methods/method-table.ts'
import { RestError } from './rest-error.ts'

function refusal(method: string, params: Parameters<typeof checkedParams>[1], strict = true): RestError {
  try {
    checkedParams(method, params, strict)
  } catch (error) {
    if (error instanceof RestError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('contract, list of implemented methods and handlers name the same methods', () => {
  const implemented = [...IMPLEMENTED_METHODS].sort()
  expect(Object.keys(CONTRACT.methods).sort()).toEqual(implemented)
  expect([...Object.keys(METHODS), 'batch'].sort()).toEqual(implemented)
})

test('a missing required parameter gives the error of its module', () => {
  expect(refusal('crm.item.get', { id: 1 })).toMatchObject({
    status: 400,
    code: '100',
    message: 'Could not find value for parameter {entityTypeId}',
  })
  expect(refusal('crm.deal.get', {})).toMatchObject({
    status: 400,
    code: '',
    message: 'ID is not defined or invalid',
  })
  expect(refusal('im.notify.personal.add', { USER_ID: 1 })).toMatchObject({ code: 'MESSAGE_EMPTY' })
  expect(refusal('event.bind', { event: 'ONCRMLEADADD' })).toMatchObject({
    code: 'ERROR_ARGUMENT',
    extra: { argument: 'handler' },
  })
})

test('a wrong type gives the error of its module', () => {
  expect(refusal('crm.item.get', { entityTypeId: 'deal', id: 1 })).toMatchObject({ code: '100' })
  expect(refusal('crm.item.add', { entityTypeId: 2, fields: 'x' })).toMatchObject({ code: '100' })
  expect(refusal('crm.deal.add', { fields: 'x' })).toMatchObject({
    code: '',
    message: "Parameter 'fields' must be array",
  })
})

test('an unknown top-level parameter is refused only when strict', () => {
  expect(refusal('crm.item.get', { entityTypeId: 2, id: 1, Id: 2 })).toMatchObject({
    code: 'ERROR_ARGUMENT',
    extra: { argument: 'Id' },
  })
  expect(checkedParams('crm.item.get', { entityTypeId: 2, id: 1, Id: 2 }, false)).toEqual({
    entityTypeId: 2,
    id: 1,
  })
})

test('older modules read names in any case, controllers do not', () => {
  expect(checkedParams('user.get', { filter: { ID: 1 } }, true)).toEqual({ FILTER: { ID: 1 } })
  expect(refusal('crm.item.list', { ENTITYTYPEID: 2 })).toMatchObject({ code: 'ERROR_ARGUMENT' })
})
