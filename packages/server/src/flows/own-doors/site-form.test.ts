import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSiteForm, redirectTarget } from './site-form.ts'

describe('a form of the site', () => {
  test('fields keep their order and words; what says something of the form is no field', () => {
    const form = readSiteForm(
      [
        ['form_name', 'Букет на заказ'],
        ['fio', ' Анна '],
        ['tel', '8 900 000-00-01'],
        ['label:size', 'Размер букета'],
        ['size', '51 роза'],
        ['comment', 'К пятнице'],
        ['extra', 'лента'],
        ['extra', 'открытка'],
        ['empty', '  '],
        ['consent', 'on'],
        ['utm_source', 'ya'],
        ['page_url', 'https://shop.example/order?utm_medium=cpc'],
        ['leave_empty', ''],
      ],
      'https://shop.example/',
    )
    expect(form).toMatchObject({
      formName: 'Букет на заказ',
      consent: true,
      mailing: false,
      technical: false,
      byMachine: false,
      context: { pageUrl: 'https://shop.example/order?utm_medium=cpc', utm: { source: 'ya', medium: 'cpc' } },
    })
    expect(form.fields).toEqual([
      { name: 'name', label: '', value: 'Анна' },
      { name: 'phone', label: '', value: '8 900 000-00-01' },
      { name: 'size', label: 'Размер букета', value: '51 роза' },
      { name: 'message', label: '', value: 'К пятнице' },
      { name: 'extra', label: '', value: 'лента, открытка' },
    ])
  })

  test.each([
    ['on', true],
    ['1', true],
    ['TRUE', true],
    ['да', true],
    ['off', false],
    ['0', false],
    ['', false],
    ['no', false],
  ])('a tick sent as "%s" means %s', (value, means) => {
    expect(readSiteForm([['mailing', value]], undefined).mailing).toBe(means)
  })

  test('without page_url the referer is the page, labels and all', () => {
    expect(readSiteForm([['name', 'A']], 'https://shop.example/?utm_source=ya').context).toEqual({
      pageUrl: 'https://shop.example/?utm_source=ya',
      utm: { source: 'ya' },
    })
  })

  test('the field that people do not see gives a machine away', () => {
    expect(readSiteForm([['leave_empty', 'http://spam']], undefined).byMachine).toBe(true)
  })

  test.each(['__proto__', 'constructor', 'CONSTRUCTOR', 'hasOwnProperty'])(
    'a field called %s is a field like any other',
    (name) => {
      expect(readSiteForm([[name, 'да']], undefined).fields).toEqual([{ name, label: '', value: 'да' }])
    },
  )

  test('many values of one field are cut without half a character', () => {
    const value = `${'a'.repeat(3998)}🌷`
    const [field] = readSiteForm(Array(3).fill(['size', value]), undefined).fields
    expect(field?.value.length).toBe(8000)
    expect(field?.value.isWellFormed()).toBe(true)
  })

  test('whatever is posted is read within bounds and never throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), { maxLength: 80 }),
        fc.option(fc.string(), { nil: undefined }),
        (entries, referer) => {
          const form = readSiteForm(entries, referer)
          expect(form.fields.length).toBeLessThanOrEqual(50)
          for (const { name, label, value } of form.fields) {
            expect(value.length).toBeGreaterThan(0)
            expect(name.length).toBeLessThanOrEqual(100)
            expect(label.length).toBeLessThanOrEqual(200)
            expect((name + label + value).isWellFormed()).toBe(true)
          }
        },
      ),
    )
  })
})

describe('the way back', () => {
  test.each([
    ['/thanks', 'https://shop.example/thanks'],
    ['https://shop.example/thanks?x=1', 'https://shop.example/thanks?x=1'],
    ['https://evil.example/', undefined],
    ['//evil.example/', undefined],
    ['https://shop.example.evil.example/', undefined],
    ['javascript:alert(1)', undefined],
    ['\\\\evil.example', undefined],
    ['', undefined],
  ])('%s leads to %s', (redirect, target) => {
    expect(redirectTarget(redirect, 'https://shop.example')).toBe(target)
  })

  test('no address ever leads to another site', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string(), fc.webPath()), (redirect) => {
        const target = redirectTarget(redirect, 'https://shop.example')
        if (target !== undefined) expect(new URL(target).origin).toBe('https://shop.example')
      }),
    )
  })
})
