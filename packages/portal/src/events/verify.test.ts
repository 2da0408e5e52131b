import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crmChangeOf, installOf, isGenuine, parsePortalEvent, uninstallOf } from './verify.ts'

/** An event as a portal posts it. Source: reference/bitrix24.md §3.2. */
function body(event: string, data: Record<string, string> = {}, auth: Record<string, string> = {}): string {
  const form = new URLSearchParams({ event, event_handler_id: '7', ts: '1763800000' })
  for (const [path, value] of Object.entries(data)) form.set(`data${path}`, value)
  const always = {
    domain: 'firm.bitrix24.ru',
    client_endpoint: 'https://firm.bitrix24.ru/rest/',
    server_endpoint: 'https://oauth.bitrix.info/rest/',
    member_id: 'f'.repeat(32),
    application_token: 'the-token',
    scope: 'crm,im',
    status: 'L',
  }
  for (const [key, value] of Object.entries({ ...always, ...auth })) form.set(`auth[${key}]`, value)
  return form.toString()
}

describe('events of a portal', () => {
  it('reads the envelope with its address, its member and its data', () => {
    const event = parsePortalEvent(
      body('onCrmDealAdd', { '[FIELDS][ID]': '42' }, { access_token: 't', user_id: '7', expires_in: '3600' }),
    )
    expect(event).toMatchObject({
      event: 'ONCRMDEALADD',
      memberId: 'f'.repeat(32),
      clientEndpoint: 'https://firm.bitrix24.ru/rest/',
      accessToken: 't',
      refreshToken: undefined,
      userId: '7',
      expiresInSeconds: 3600,
      scope: ['crm', 'im'],
      ts: 1763800000,
    })
    expect(crmChangeOf(event!)).toEqual({ entity: 'deal', change: 'add', id: '42' })
  })

  it('takes the id of a comment where the documentation and where the source put it', () => {
    const change = (path: string) =>
      crmChangeOf(parsePortalEvent(body('ONCRMTIMELINECOMMENTADD', { [path]: '5' }))!)
    expect(change('[ID]')).toEqual({ entity: 'timeline-comment', change: 'add', id: '5' })
    expect(change('[FIELDS][ID]')).toEqual(change('[ID]'))
  })

  it('knows an installation and a removal, and whether data shall be wiped', () => {
    expect(
      installOf(parsePortalEvent(body('ONAPPINSTALL', { '[VERSION]': '3', '[INSTALLED]': 'N' }))!),
    ).toEqual({
      version: '3',
      installed: false,
    })
    expect(uninstallOf(parsePortalEvent(body('ONAPPUNINSTALL', { '[CLEAN]': '1' }))!)).toEqual({
      clean: true,
    })
    expect(uninstallOf(parsePortalEvent(body('ONCRMDEALADD'))!)).toBeUndefined()
    expect(crmChangeOf(parsePortalEvent(body('ONAPPINSTALL'))!)).toBeUndefined()
  })

  it('only the stored application token is genuine, and an empty one proves nothing', () => {
    const event = parsePortalEvent(body('ONCRMDEALADD'))!
    expect(isGenuine(event, 'the-token')).toBe(true)
    for (const stored of ['the-token ', 'The-token', 'x', '']) expect(isGenuine(event, stored)).toBe(false)
    expect(isGenuine(parsePortalEvent(body('X', {}, { application_token: '' }))!, '')).toBe(false)
    expect(isGenuine({ applicationToken: undefined }, 'the-token')).toBe(false)
  })

  it('never throws, whatever is posted, and no form reaches the prototype of anything', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.tuple(fc.string(), fc.string())), (raw, pairs) => {
        parsePortalEvent(raw)
        const event = parsePortalEvent(`event=X&${new URLSearchParams(pairs).toString()}`)
        if (event !== undefined) crmChangeOf(event)
      }),
    )
    parsePortalEvent(
      'event=X&data[__proto__][polluted]=1&__proto__[polluted]=1&data[constructor][prototype][polluted]=1',
    )
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(parsePortalEvent('')).toBeUndefined()
    expect(parsePortalEvent('{"event":"X"}')).toBeUndefined()
  })
})
