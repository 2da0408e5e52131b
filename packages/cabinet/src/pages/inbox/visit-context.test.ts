import { describe, expect, it } from 'vitest'
import { shortAddress, visitFacts } from './visit-context.ts'

describe('visit of a conversation', () => {
  it('shows page, referrer and UTM in a steady order', () => {
    const facts = visitFacts({
      utm: { campaign: 'autumn', source: 'yandex' },
      referrer: 'https://ya.ru/',
      pageUrl: 'https://shop.example/sofa?utm_source=yandex',
      pageTitle: 'Sofa',
    })
    expect(facts.map((fact) => fact.name)).toEqual(['page', 'pageTitle', 'referrer', 'source', 'campaign'])
    expect(shortAddress(facts[0]!.href!)).toBe('shop.example/sofa')
  })
  it('never makes a link of anything but the web, nor shows what is not text', () => {
    const facts = visitFacts({
      pageUrl: 'javascript:alert(1)',
      referrer: { a: 1 },
      pageTitle: ' ',
      utm: null,
    })
    expect(facts).toEqual([{ name: 'page', value: 'javascript:alert(1)', href: null }])
  })
})
