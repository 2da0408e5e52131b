import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFramePost, parseInstallEvent } from './frame-post.ts'

const QUERY = 'DOMAIN=firm.bitrix24.ru&PROTOCOL=1&LANG=ru&APP_SID=1'
const BODY = {
  AUTH_ID: 'access',
  AUTH_EXPIRES: '3600',
  REFRESH_ID: 'refresh',
  SERVER_ENDPOINT: 'https://oauth.bitrix.info/rest/',
  APPLICATION_TOKEN: 'application',
  member_id: 'f'.repeat(32),
  status: 'L',
  PLACEMENT: 'DEFAULT',
}
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()

describe('what a portal posts when it opens a page of ours', () => {
  it('is read from the query and the body', () => {
    expect(parseFramePost(QUERY, form(BODY))).toEqual({
      domain: 'firm.bitrix24.ru',
      isHttps: true,
      language: 'ru',
      memberId: 'f'.repeat(32),
      accessToken: 'access',
      refreshToken: 'refresh',
      serverNamed: 'https://oauth.bitrix.info/rest/',
      applicationToken: 'application',
    })
    expect(parseFramePost('DOMAIN=x&PROTOCOL=0', form(BODY))).toMatchObject({ isHttps: false, language: '' })
  })

  it('is nothing without a portal, a member or a token', () => {
    for (const left of ['AUTH_ID', 'member_id'] as const) {
      const { [left]: _, ...rest } = BODY
      expect(parseFramePost(QUERY, form(rest))).toBeUndefined()
    }
    expect(parseFramePost('', form(BODY))).toBeUndefined()
    fc.assert(fc.property(fc.string(), fc.string(), (query, body) => void parseFramePost(query, body)))
  })

  it('of an application without pages comes as an event, and only the two of an installation count', () => {
    const event = (name: string, left: Record<string, string> = {}) =>
      parseInstallEvent(
        form({
          event: name,
          'data[LANGUAGE_ID]': 'EN',
          'auth[domain]': 'firm.bitrix24.ru',
          'auth[client_endpoint]': 'https://firm.bitrix24.ru/rest/',
          'auth[server_endpoint]': 'https://oauth.bitrix.info/rest/',
          'auth[member_id]': 'f'.repeat(32),
          'auth[application_token]': 'application',
          'auth[access_token]': 'access',
          'auth[refresh_token]': 'refresh',
          ...left,
        }),
      )
    expect(event('ONAPPINSTALL')).toMatchObject({
      domain: 'firm.bitrix24.ru',
      isHttps: true,
      language: 'en',
      accessToken: 'access',
      refreshToken: 'refresh',
    })
    expect(event('ONAPPUPDATE')).toBeDefined()
    expect(event('ONAPPUNINSTALL')).toBeUndefined()
    expect(event('ONAPPINSTALL', { 'auth[access_token]': '' })).toBeUndefined()
    fc.assert(fc.property(fc.string(), (body) => void parseInstallEvent(body)))
  })
})
