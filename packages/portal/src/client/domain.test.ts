import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalOrigin } from './domain.ts'

const strict = { allowHttp: false }

describe('the address of a portal as people type it', () => {
  it.each([
    'comagic.bitrix24.ru',
    'https://comagic.bitrix24.ru',
    'https://comagic.bitrix24.ru/',
    'http://comagic.bitrix24.ru/',
    '  COMAGIC.Bitrix24.RU  ',
    'HTTPS://ComAgic.bitrix24.ru/crm/deal/list/?a=1#top',
    'comagic.bitrix24.ru/stream/',
    'comagic.bitrix24.ru.',
    'https://comagic.bitrix24.ru:443/',
    'http://comagic.bitrix24.ru:80/',
    'comagic.bitrix24.ru:443',
    '//comagic.bitrix24.ru',
    'https//comagic.bitrix24.ru',
    'https:/comagic.bitrix24.ru',
    '«comagic.bitrix24.ru»,',
    '<https://comagic.bitrix24.ru/>',
    '\u200bcomagic.bitrix24.ru\u00a0',
    '\tcomagic.bitrix24.ru\n',
  ])('%j is one portal', (input) => {
    expect(canonicalOrigin(input, strict)).toEqual({ origin: 'https://comagic.bitrix24.ru' })
  })

  it.each([
    ['https://www.company-x.bitrix24.com', 'https://www.company-x.bitrix24.com'],
    ['crm.пример.рф/', 'https://crm.xn--e1afmkfd.xn--p1ai'],
    ['https://b24.firm.ru:8443/', 'https://b24.firm.ru:8443'],
    ['b24.firm.ru:8443', 'https://b24.firm.ru:8443'],
    ['https://203.0.113.7/', 'https://203.0.113.7'],
    // The URL standard reads it as an IPv4 address.
    ['1.2.3', 'https://1.2.0.3'],
  ])('%s is %s', (input, origin) => {
    expect(canonicalOrigin(input, strict)).toEqual({ origin })
  })

  it.each([
    'test.bitrix24.ru',
    'https://test.bitrix24.ru/',
    'example.bitrix24.com',
    'yourportal.bitrix24.ru',
    'your-portal.bitrix24.eu',
    'https://company.bitrix24.ru',
    'https://callgeartest.bitrix24.ru/',
    'portal.example.com',
  ])('the printed example %s is refused as such', (input) => {
    expect(canonicalOrigin(input, strict)).toEqual({ error: 'portal/placeholder-domain' })
  })

  it.each([
    '',
    '   ',
    'https://',
    'comagic',
    'localhost',
    'user:pass@comagic.bitrix24.ru',
    'https://admin@comagic.bitrix24.ru',
    'info@comagic.bitrix24.ru',
    'ftp://comagic.bitrix24.ru',
    'javascript://comagic.bitrix24.ru',
    'com agic.bitrix24.ru',
    'comagic..bitrix24.ru',
    '-comagic.bitrix24.ru',
    'comagic.bitrix24.ru:99999',
    'comagic.bitrix24.ru:0',
    'https://comagic.bitrix24.ru:port',
    'comagic\\bitrix24.ru',
  ])('%j is no address', (input) => {
    expect(canonicalOrigin(input, strict)).toEqual({ error: 'portal/bad-domain' })
  })

  it('plain http on a port of its own is refused, unless it is allowed', () => {
    expect(canonicalOrigin('http://b24.firm.ru:8080', strict)).toEqual({ error: 'portal/needs-https' })
    expect(canonicalOrigin('http://b24.firm.ru:8080', { allowHttp: true })).toEqual({
      origin: 'http://b24.firm.ru:8080',
    })
  })

  it('a local address without a scheme is http where http is allowed', () => {
    expect(canonicalOrigin('127.0.0.1:4010', { allowHttp: true })).toEqual({
      origin: 'http://127.0.0.1:4010',
    })
    expect(canonicalOrigin('localhost:4010/', { allowHttp: true })).toEqual({
      origin: 'http://localhost:4010',
    })
    expect(canonicalOrigin('[::1]:4010', { allowHttp: true })).toEqual({ origin: 'http://[::1]:4010' })
    expect(canonicalOrigin('comagic.bitrix24.ru', { allowHttp: true })).toEqual({
      origin: 'https://comagic.bitrix24.ru',
    })
  })

  it('gives an origin that is its own canonical spelling, or an error, for anything at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.domain()), fc.boolean(), (input, allowHttp) => {
        const result = canonicalOrigin(input, { allowHttp })
        if ('origin' in result) {
          expect(new URL(result.origin).origin).toBe(result.origin)
          expect(canonicalOrigin(result.origin, { allowHttp })).toEqual(result)
        }
      }),
      { numRuns: 500 },
    )
  })
})
