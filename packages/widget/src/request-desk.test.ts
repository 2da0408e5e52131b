// @vitest-environment happy-dom
import type { WidgetRequest, WidgetRequestForm, WidgetWelcome } from '@trunkline/contracts/widget/protocol'
import { beforeEach, describe, expect, test } from 'vitest'
import { openDrawer } from './drawer.ts'
import { EMPTY_FORM, formFaults } from './form-rules.ts'
import type { Answer } from './hub-client.ts'
import { createRequestDesk } from './request-desk.ts'

const FORM: WidgetRequestForm = {
  first: true,
  chat: false,
  intro: 'Оставьте заявку',
  thanks: 'Спасибо',
  name: 'optional',
  phone: 'required',
  email: 'off',
  message: 'optional',
  consentText: 'Согласен',
  consentVersion: 'aaaaaaaaaaaa',
}
const welcome = (requestForm?: WidgetRequestForm) =>
  ({ title: '', messages: [], ...(requestForm ? { requestForm } : {}) }) as unknown as WidgetWelcome
const VALUES = { ...EMPTY_FORM, phone: '+7 900 000-00-01', message: 'Перезвоните', consent: true }

let sent: WidgetRequest[]
let answer: Answer<{ duplicate: boolean; token?: string }>
let signedOut: number
beforeEach(() => {
  localStorage.clear()
  sent = []
  signedOut = 0
  answer = { kind: 'ok', value: { duplicate: false, token: 't' } }
})
/** A page of the site; all share what the browser keeps. */
function page() {
  return createRequestDesk({
    drawer: openDrawer('key'),
    post: async (request) => {
      sent.push(request)
      return answer
    },
    alone: (work) => work(),
    context: () => ({ pageUrl: 'https://shop.example/' }),
    accepted: () => undefined,
    signedOut: () => {
      signedOut++
    },
  })
}

describe('what is shown', () => {
  test('the form where nobody can chat, the chat where something was said', () => {
    expect(page().part(welcome(FORM), false)).toBe('form')
    expect(page().part(welcome(FORM), true)).toBe('hidden')
    expect(page().part(welcome({ ...FORM, first: false }), false)).toBe('hidden')
    expect(page().part(welcome(), false)).toBe('hidden')
  })

  test('by choice, and back', () => {
    const desk = page()
    const offered = welcome({ ...FORM, first: false, chat: true })
    desk.choose(offered)
    expect(desk.part(offered, true)).toBe('form')
    desk.leave()
    expect(desk.part(offered, true)).toBe('hidden')
  })

  test('a form that is being filled in does not vanish when somebody comes online', () => {
    const desk = page()
    desk.choose(welcome(FORM))
    expect(desk.part(welcome(), false)).toBe('form')
    expect(desk.form(welcome())).toEqual(FORM)
  })
})

describe('sending', () => {
  test('thanks only when the hub has it', async () => {
    const desk = page()
    answer = { kind: 'unreachable' }
    expect(await desk.submit(welcome(FORM), VALUES)).toEqual({ kind: 'failed' })
    expect(desk.part(welcome(FORM), false)).toBe('form')
    answer = { kind: 'ok', value: { duplicate: true } }
    expect(await desk.submit(welcome(FORM), VALUES)).toEqual({ kind: 'done' })
    expect(desk.part(welcome(FORM), false)).toBe('thanks')
    expect(sent[0]).toMatchObject({ phone: VALUES.phone, consentVersion: 'aaaaaaaaaaaa', mailing: false })
  })

  test('the same content is the same request, from another page too; other content is another', async () => {
    answer = { kind: 'unreachable' }
    await page().submit(welcome(FORM), VALUES)
    await page().submit(welcome(FORM), VALUES)
    await page().submit(welcome(FORM), { ...VALUES, message: 'Не звоните' })
    const ids = sent.map(({ clientId }) => clientId)
    expect(ids[1]).toBe(ids[0])
    expect(ids[2]).not.toBe(ids[0])
    answer = { kind: 'ok', value: { duplicate: false } }
    await page().submit(welcome(FORM), VALUES)
    await page().submit(welcome(FORM), VALUES)
    expect(new Set(sent.slice(3).map(({ clientId }) => clientId)).size).toBe(2)
  })

  test('what did not arrive is there on the next page, without any tick', async () => {
    answer = { kind: 'unreachable' }
    await page().submit(welcome(FORM), { ...VALUES, mailing: true })
    expect(page().draft()).toEqual({ ...VALUES, consent: false, mailing: false })
    answer = { kind: 'ok', value: { duplicate: false } }
    await page().submit(welcome(FORM), { ...VALUES, mailing: true })
    expect(page().draft()).toEqual(EMPTY_FORM)
  })

  test('shows what the hub refused', async () => {
    answer = { kind: 'refused', status: 422, title: '', fields: { phone: 'Проверьте номер' } }
    expect(await page().submit(welcome(FORM), VALUES)).toEqual({
      kind: 'faults',
      fields: { phone: 'Проверьте номер' },
    })
  })

  test('says in the words of the hub why the whole was refused, and does not blame the connection', async () => {
    answer = { kind: 'refused', status: 429, title: 'Слишком часто. Подождите минуту.', fields: {} }
    expect(await page().submit(welcome(FORM), VALUES)).toEqual({
      kind: 'failed',
      reason: 'Слишком часто. Подождите минуту.',
    })
    // A field that this form does not ask for has no place of its own.
    answer = {
      kind: 'refused',
      status: 422,
      title: 'Укажите почту',
      fields: { email: 'Укажите почту' },
    }
    expect(await page().submit(welcome(FORM), VALUES)).toEqual({ kind: 'failed', reason: 'Укажите почту' })
  })

  test('without a token that the hub knows is tried once more, and only once', async () => {
    answer = { kind: 'refused', status: 401, title: 'Войдите', fields: {} }
    expect(await page().submit(welcome(FORM), VALUES)).toEqual({ kind: 'failed', reason: 'Войдите' })
    expect(signedOut).toBe(1)
    expect(sent).toHaveLength(2)
    expect(sent[1]).toEqual(sent[0])
  })
})

describe('what must be filled in', () => {
  test('a request needs something to be said, and consent', () => {
    const free = { ...FORM, phone: 'optional' as const }
    expect(formFaults(FORM, EMPTY_FORM, true)).toEqual({ phone: 'required', consent: 'consent' })
    expect(formFaults(free, EMPTY_FORM, true)).toEqual({ message: 'required', consent: 'consent' })
    expect(formFaults(free, { ...EMPTY_FORM, message: 'x' }, true)).toEqual({ consent: 'consent' })
    expect(formFaults(FORM, VALUES, true)).toEqual({})
  })

  test('a mailing is never required', () => {
    expect(formFaults({ ...FORM, mailingText: 'Новости' }, VALUES, true)).toEqual({})
  })
})
