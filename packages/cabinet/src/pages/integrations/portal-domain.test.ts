import { describe, expect, it } from 'vitest'
import { previewDomain } from './portal-domain.ts'

describe('address of a portal as it is typed', () => {
  it.each([
    'romashka.bitrix24.ru',
    'Romashka.Bitrix24.RU',
    ' https://romashka.bitrix24.ru ',
    'https://romashka.bitrix24.ru/',
    'https://romashka.bitrix24.ru/crm/deal/list/?a=1#b',
    '//romashka.bitrix24.ru',
    'romashka.bitrix24.ru:443',
    'romashka.bitrix24.ru.',
  ])('%s is one portal', (typed) => {
    expect(previewDomain(typed, false)).toEqual({ origin: 'https://romashka.bitrix24.ru' })
  })

  it('keeps the port of a box and the letters of an international name', () => {
    expect(previewDomain('box.company.ru:8443', false)).toEqual({ origin: 'https://box.company.ru:8443' })
    expect(previewDomain('портал.рф', false)).toEqual({ origin: 'https://xn--80awhdgm.xn--p1ai' })
  })

  it('takes plain http only where the server allows private addresses', () => {
    expect(previewDomain('http://localhost:4100', false)).toEqual({ problem: 'needs-https' })
    expect(previewDomain('http://localhost:4100', true)).toEqual({ origin: 'http://localhost:4100' })
  })

  it('refuses the printed example, words and dangerous schemes', () => {
    expect(previewDomain('company.bitrix24.ru', true)).toEqual({ problem: 'placeholder-domain' })
    expect(previewDomain('portal.example.com', true)).toEqual({ problem: 'placeholder-domain' })
    expect(previewDomain('romashka', true)).toEqual({ problem: 'bad-domain' })
    expect(previewDomain('javascript://x.ru/%0aalert(1)', true)).toEqual({ problem: 'bad-domain' })
    expect(previewDomain('https://user:pass@x.bitrix24.ru', true)).toEqual({ problem: 'bad-domain' })
    expect(previewDomain('   ', true)).toEqual({ problem: 'empty' })
  })
})
