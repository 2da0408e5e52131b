import { ERRORS } from '@trunkline/contracts/errors'
import { describe, expect, it } from 'vitest'
import { classify, isGone, portalError, refusalOf } from './errors.ts'

describe('classification of refusals', () => {
  it('compares codes without case and ignores the status where docs and builds differ', () => {
    for (const status of [401, 403, 500, undefined]) {
      expect(classify({ status, code: 'Insufficient_Scope', method: 'batch' }).code).toBe(
        'portal/insufficient-scope',
      )
      expect(classify({ status, code: 'PORTAL_DELETED', method: 'batch' }).code).toBe('portal/unreachable')
    }
  })

  it.each([
    ['QUERY_LIMIT_EXCEEDED', 503, 'portal/rate-limited', 'no'],
    ['OVERLOAD_LIMIT', 503, 'portal/blocked', 'no'],
    ['OPERATION_TIME_LIMIT', 429, 'portal/operating-limit', 'no'],
    ['expired_token', 401, 'portal/reauthorise', 'no'],
    ['APPLICATION_NOT_FOUND', 401, 'portal/uninstalled', 'no'],
    ['PAYMENT_REQUIRED', 401, 'portal/payment-required', 'no'],
    ['INTERNAL_SERVER_ERROR', 500, 'portal/unknown-outcome', 'maybe'],
    ['', 502, 'portal/unknown-outcome', 'maybe'],
    ['', 400, 'portal/refused', 'no'],
    ['ERROR_CORE', 400, 'portal/refused', 'no'],
    ['ACCESS_DENIED', 403, 'portal/payment-required', 'no'],
  ])('%s with %i is %s and ran: %s', (code, status, ours, ran) => {
    expect(classify({ status, code, method: 'batch' })).toEqual({ code: ours, ran })
  })

  it('access denied to one command is a refusal of that command', () => {
    expect(classify({ code: 'ACCESS_DENIED', method: 'crm.item.add' }).code).toBe('portal/refused')
  })

  it('keeps the words of the portal for people, without phones and addresses', () => {
    const error = portalError({
      code: '',
      description: 'Wrong value +7 (999) 000-11-22 of anna@example.com',
      method: 'crm.item.add',
    })
    expect(error.publicText.ru).toBe('Портал отказал: Wrong value … of …')
    expect(refusalOf(error)?.description).toContain('anna@example.com')
    expect(JSON.stringify(error)).not.toContain('anna')
    expect(error.message).toBe('portal/refused')
  })

  it('knows that a card is gone by code and by text', () => {
    const gone = (code: string, description: string) =>
      isGone(portalError({ code, description, method: 'm' }))
    expect([gone('NOT_FOUND', ''), gone('', 'Not found'), gone('OWNER_NOT_FOUND', '')]).toEqual([
      true,
      true,
      true,
    ])
    expect(gone('ACCESS_DENIED', 'Access denied')).toBe(false)
  })

  it('only codes of the catalogue come out', () => {
    for (const code of ['x', '', 'expired_token', 'wrong_client']) {
      expect(Object.keys(ERRORS)).toContain(classify({ code, status: 400, method: 'm' }).code)
    }
  })
})
