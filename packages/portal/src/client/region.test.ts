import { expect, it } from 'vitest'
import { regionOf } from './region.ts'

it.each([
  ['ru_project', 'https://firm.bitrix24.ru', 'ru'],
  ['kz_std', 'https://firm.bitrix24.ru', 'kz'],
  ['RU_selfhosted', 'https://b24.firm.example', 'ru'],
  [undefined, 'https://firm.bitrix24.by', 'by'],
  [undefined, 'https://firm.bitrix24.com', 'en'],
  [undefined, 'https://firm.bitrix24.com.br', 'br'],
  ['project', 'https://firm.bitrix24.eu', 'eu'],
  // A portal at an address of its own tells nothing by its zone.
  [undefined, 'https://b24.firm.ru', undefined],
  ['', 'https://127.0.0.1:8443', undefined],
])('plan %s at %s is of the region %s', (licence, origin, region) => {
  expect(regionOf(licence, origin)).toBe(region)
})
