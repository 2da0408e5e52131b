import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventReceiver, startEventReceiver } from './event-receiver.ts'
import { readReply, startTestPortal, type TestPortal } from './test-portal.ts'

const PAGED = {
  clientId: 'app.paged',
  clientSecret: 'paged-secret',
  redirectUri: 'http://127.0.0.1:9/back',
  scope: ['crm', 'user'],
  title: 'With pages',
}

interface Frame {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  readonly name: string
  readonly isInstalling: boolean
}

let stage: TestPortal
let receiver: EventReceiver

beforeAll(async () => {
  receiver = await startEventReceiver()
  stage = await startTestPortal({ seed: 'demo' })
  stage.sandbox.registerApp({
    ...PAGED,
    installUrl: `${receiver.url}/install?from=portal`,
    mainUrl: `${receiver.url}/app`,
  })
  stage.sandbox.registerApp({
    ...PAGED,
    clientId: 'app.bare',
    title: 'API only',
    handlerUrl: `${receiver.url}/bare`,
  })
})
afterAll(async () => {
  await stage.sandbox.stop()
  await receiver.close()
})

const act = async (clientId: string, what: string, body: object = {}) =>
  stage.control('POST', `apps/${clientId}/${what}`, body)
const frameOf = async (clientId: string, what: string, body: object = {}): Promise<Frame> => {
  const { status, body: answer, text } = await act(clientId, what, body)
  if (status !== 200) throw new Error(text)
  return answer['frame'] as unknown as Frame
}
const asApp = async (frame: Frame, method: string, params: object = {}) =>
  readReply(
    await fetch(`${stage.portal.url}/rest/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...params, auth: frame.fields['AUTH_ID'] }),
    }),
  )
const someone = (isAdmin: boolean): number =>
  stage.portal.state.employees.find((one) => one.isActive && one.isAdmin === isAdmin)?.id ?? 0

describe('installing an application from the portal’s own page', () => {
  it('is refused to whoever is no administrator, and leaves no trace', async () => {
    const refused = await act('app.paged', 'install', { userId: someone(false) })
    expect(refused).toMatchObject({ status: 403, body: { error: 'ACCESS_DENIED' } })
    expect(stage.portal.state.installs.some(({ clientId }) => clientId === 'app.paged')).toBe(false)
  })

  it('opens the install address with everything a page in a frame is told', async () => {
    const frame = await frameOf('app.paged', 'install')
    const action = new URL(frame.action)
    expect(`${action.origin}${action.pathname}`).toBe(`${receiver.url}/install`)
    expect(Object.fromEntries(action.searchParams)).toEqual({
      from: 'portal',
      DOMAIN: stage.portal.domain,
      PROTOCOL: '0',
      LANG: 'ru',
      APP_SID: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect(Object.keys(frame.fields).sort()).toEqual([
      'APPLICATION_SCOPE',
      'APPLICATION_TOKEN',
      'AUTH_EXPIRES',
      'AUTH_ID',
      'PLACEMENT',
      'PLACEMENT_OPTIONS',
      'REFRESH_ID',
      'SERVER_ENDPOINT',
      'member_id',
      'status',
    ])
    expect(frame.fields).toMatchObject({ PLACEMENT: 'DEFAULT', member_id: stage.portal.memberId })
    expect(frame.name.split('|').slice(0, 2)).toEqual([stage.portal.domain, '0'])
  })

  it('stays unfinished, without events and without the main page, until the install page says that it is done', async () => {
    const frame = await frameOf('app.paged', 'install')
    expect((await asApp(frame, 'app.info')).body['result']).toMatchObject({ INSTALLED: false })
    await asApp(frame, 'event.bind', { event: 'ONCRMDEALADD', handler: `${receiver.url}/deals` })
    await asApp(frame, 'event.bind', { event: 'ONAPPINSTALL', handler: `${receiver.url}/installed` })
    stage.portal.edit.create('deal', { title: 'Before' })
    await stage.portal.eventsSettled()
    expect(receiver.received).toEqual([])
    expect((await act('app.paged', 'open')).status).toBe(403)

    await act('app.paged', 'finish')
    await act('app.paged', 'finish')
    expect((await asApp(frame, 'app.info')).body['result']).toMatchObject({ INSTALLED: true })
    stage.portal.edit.create('deal', { title: 'After' })
    await stage.portal.eventsSettled()
    expect(receiver.received.map(({ path }) => path).sort()).toEqual(['/deals', '/installed'])
  })

  it('then opens for every employee in that employee’s name', async () => {
    const frame = await frameOf('app.paged', 'open', { userId: someone(false) })
    expect(new URL(frame.action).pathname).toBe('/app')
    expect((await asApp(frame, 'profile')).body['result']).toMatchObject({
      ID: String(someone(false)),
      ADMIN: false,
    })
  })

  it('gives another application token each time', async () => {
    const first = await frameOf('app.paged', 'install')
    const second = await frameOf('app.paged', 'install')
    expect(first.fields['APPLICATION_TOKEN']).not.toBe(second.fields['APPLICATION_TOKEN'])
  })

  it('of one without pages posts ONAPPINSTALL with tokens and is complete at once', async () => {
    receiver.received.length = 0
    expect((await act('app.bare', 'install')).body).toEqual({ frame: null })
    await stage.portal.eventsSettled()
    expect(receiver.received).toMatchObject([
      {
        path: '/bare',
        body: {
          event: 'ONAPPINSTALL',
          auth: {
            member_id: stage.portal.memberId,
            access_token: expect.any(String),
            refresh_token: expect.any(String),
          },
        },
      },
    ])
    expect((await act('app.bare', 'open')).status).toBe(404)
    const { body } = await stage.control('GET', 'offers')
    expect(body['apps']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ clientId: 'app.bare', state: 'installed', hasInstallPage: false }),
        expect.objectContaining({ clientId: 'app.paged', state: 'unfinished', hasMainPage: true }),
      ]),
    )
  })
})
