// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from 'vitest'
import { type Drawer, openDrawer } from './drawer.ts'
import { rememberFirstTouch, visitContext } from './visit-context.ts'

const NOW = Date.parse('2026-11-20T09:00:00Z')
let drawer: Drawer
beforeEach(() => {
  localStorage.clear()
  drawer = openDrawer('key')
})

describe('how the visitor came', () => {
  test('is kept while they walk through the site', () => {
    rememberFirstTouch(drawer, {
      url: 'https://shop.example/sale?utm_source=yandex&utm_medium=cpc',
      referrer: 'https://ya.ru/',
      now: NOW,
    })
    rememberFirstTouch(drawer, {
      url: 'https://shop.example/cart',
      referrer: 'https://shop.example/sale',
      now: NOW + 1000,
    })
    expect(
      visitContext(
        drawer,
        { url: 'https://shop.example/cart', title: 'Корзина', timeZone: 'Europe/Moscow' },
        NOW + 90_400,
      ),
    ).toEqual({
      pageUrl: 'https://shop.example/cart',
      pageTitle: 'Корзина',
      referrer: 'https://ya.ru/',
      entrancePageUrl: 'https://shop.example/sale?utm_source=yandex&utm_medium=cpc',
      sinceEntranceS: 90,
      utm: { source: 'yandex', medium: 'cpc' },
      timeZone: 'Europe/Moscow',
    })
  })

  test('labels that come later are taken when there were none', () => {
    rememberFirstTouch(drawer, { url: 'https://shop.example/', referrer: '', now: NOW })
    rememberFirstTouch(drawer, { url: 'https://shop.example/?utm_source=mail', referrer: '', now: NOW + 1 })
    rememberFirstTouch(drawer, { url: 'https://shop.example/?utm_source=other', referrer: '', now: NOW + 2 })
    expect(visitContext(drawer, { url: 'https://shop.example/x', title: '' }).utm).toEqual({ source: 'mail' })
  })

  test('is taken anew after half a year', () => {
    rememberFirstTouch(drawer, { url: 'https://shop.example/old', referrer: '', now: NOW })
    rememberFirstTouch(drawer, {
      url: 'https://shop.example/new',
      referrer: '',
      now: NOW + 181 * 24 * 3_600_000,
    })
    expect(visitContext(drawer, { url: 'https://shop.example/x', title: '' }).entrancePageUrl).toBe(
      'https://shop.example/new',
    )
  })
})
