/**
 * Sets up the demo company as a person would: through the product's own HTTP API and the portal's own log-in pages.
 * Whatever is there already is left as it is, so a second start finds everything and changes nothing.
 */
import type { Channel } from '@trunkline/contracts/http/channels'
import type { Me, Member } from '@trunkline/contracts/http/people'
import type { Portal, PortalDirectory } from '@trunkline/contracts/http/portals'
import type { Integration, SettingsDocument } from '@trunkline/contracts/http/settings'
import type { DemoCompany } from './company.ts'
import { createHubVisitor, type HubVisitor } from './hub-visitor.ts'
import { consentAtPortal } from './portal-consent.ts'
import { CHAT_COLOUR } from './site/site-pages.ts'

interface Rows<Row> {
  readonly data: Row[]
}

export interface SeedInput {
  readonly hubUrl: string
  readonly siteUrl: string
  readonly portalUrl: string
  readonly telegram: { readonly botToken: string; readonly apiRoot: string }
  readonly company: DemoCompany
  /** One line for each thing that was made. */
  readonly report: (line: string) => void
}

export interface SeededCompany {
  /** Public key of the site chat, for the snippet on the test site. */
  readonly siteKey: string
}

/** @throws RefusedError when the product refuses a step, Error when the portal does not let us in. */
export async function seedCompany(input: SeedInput): Promise<SeededCompany> {
  const visitor = createHubVisitor(input.hubUrl)
  await signIn(visitor, input)
  await addOperator(visitor, input)
  const { data: present } = await visitor.call<Rows<Channel>>('GET', '/api/channels')
  const site = await siteChannel(visitor, input, present)
  const telegram = await telegramChannel(visitor, input, present)
  const portal = await connectPortal(visitor, input)
  await chooseSettings(visitor, input, portal, [site, telegram])
  return { siteKey: site.publicKey }
}

async function signIn(visitor: HubVisitor, { company, report }: SeedInput): Promise<Me> {
  const { owner, texts, language } = company
  const state = await visitor.call<{ needsOwner: boolean }>('GET', '/api/setup')
  if (state.needsOwner) {
    await visitor.call('POST', '/api/setup', { company: texts.company, ...owner, locale: language })
    report(`company "${texts.company}" with its owner`)
  } else {
    await visitor.call('POST', '/api/auth/sign-in/email', { email: owner.email, password: owner.password })
  }
  return visitor.call<Me>('GET', '/api/me')
}

async function addOperator(visitor: HubVisitor, { company, report }: SeedInput): Promise<void> {
  const { data: members } = await visitor.call<Rows<Member>>('GET', '/api/members')
  if (members.some(({ email }) => email === company.operator.email)) return
  await visitor.call('POST', '/api/members', { ...company.operator, role: 'operator' })
  report(`operator ${company.operator.name}`)
}

async function siteChannel(
  visitor: HubVisitor,
  { company, siteUrl, report }: SeedInput,
  present: readonly Channel[],
): Promise<Channel> {
  const known = present.find(({ type }) => type === 'site-widget')
  if (known) return connected(visitor, known)
  const made = await visitor.call<Channel>('POST', '/api/channels', {
    type: 'site-widget',
    title: company.texts.siteChat,
    settings: {
      title: company.texts.chatTitle,
      greeting: company.texts.greeting,
      colour: CHAT_COLOUR,
      allowedOrigins: [siteUrl],
      formName: 'optional',
      formPhone: 'optional',
      formEmail: 'optional',
      consentText: company.texts.consent,
      offlineForm: 'choice',
      offlineText: company.texts.requestText,
      offlineThanks: company.texts.requestThanks,
      mailingText: company.texts.mailing,
    },
  })
  report(`channel "${made.title}"`)
  return connected(visitor, made)
}

async function telegramChannel(
  visitor: HubVisitor,
  { company, telegram, report }: SeedInput,
  present: readonly Channel[],
): Promise<Channel> {
  const known = present.find(({ type }) => type === 'telegram')
  if (known) return connected(visitor, known)
  const made = await visitor.call<Channel>('POST', '/api/channels', {
    type: 'telegram',
    title: company.texts.telegram,
    settings: { botToken: telegram.botToken, apiRoot: telegram.apiRoot },
  })
  report(`channel "${made.title}"`)
  return connected(visitor, made)
}

/** Connects a channel that never was; one that a person switched off or broke stays as it is. */
async function connected(visitor: HubVisitor, channel: Channel): Promise<Channel> {
  const isNew = channel.account === null && channel.lastEventAt === null
  if (channel.state === 'connected' || !isNew) return channel
  return visitor.call<Channel>('POST', `/api/channels/${channel.id}/connect`, {})
}

async function connectPortal(
  visitor: HubVisitor,
  { portalUrl, company, report }: SeedInput,
): Promise<Portal> {
  const { data: portals } = await visitor.call<Rows<Portal>>('GET', '/api/portals')
  const known = portals.find(({ origin }) => origin === portalUrl) ?? portals[0]
  // A portal that a person disconnected or broke on purpose stays so: its repair button is part of the demo.
  if (known !== undefined && known.actingUser !== null) return known
  const started =
    known === undefined
      ? await visitor.call<{ portal: Portal; authorizeUrl: string }>('POST', '/api/portals', {
          name: company.texts.portal,
          domain: portalUrl,
        })
      : await visitor.call<{ authorizeUrl: string; portal?: Portal }>(
          'POST',
          `/api/portals/${known.id}/authorise`,
          {},
        )
  await consentAtPortal(visitor, started.authorizeUrl)
  const { data: after } = await visitor.call<Rows<Portal>>('GET', '/api/portals')
  const portal = after.find(({ origin }) => origin === portalUrl)
  if (portal === undefined || portal.health.state !== 'connected')
    throw new Error(`the portal is not connected: ${portal?.health.state ?? 'it is not in the list'}`)
  report(`portal ${portalUrl}`)
  return portal
}

async function chooseSettings(
  visitor: HubVisitor,
  { company, report }: SeedInput,
  portal: Portal,
  channels: readonly Channel[],
): Promise<void> {
  const integration = await visitor.call<Integration>('GET', '/api/integration')
  if (integration.portalId === null) await visitor.call('PUT', '/api/integration', { portalId: portal.id })
  if (integration.sections.find(({ section }) => section === 'chats')?.savedAt != null) return
  if (portal.syncedAt === null) await visitor.call('POST', `/api/portals/${portal.id}/sync`, {})
  const directory = await visitor.call<PortalDirectory>('GET', `/api/portals/${portal.id}/directory`)
  const responsible = directory.users.find((user) => user.active && user.surname && user.id !== '1')
  if (responsible === undefined) throw new Error('the portal has nobody to be responsible')
  await saveSection(visitor, company, 'main', { active: true })
  const passed = {
    active: true,
    enabled: true,
    channelIds: channels.map(({ id }) => id),
    defaultResponsibleId: responsible.id,
    notifyResponsible: true,
  }
  await saveSection(visitor, company, 'chats', passed)
  await saveSection(visitor, company, 'requests', {
    ...passed,
    channelIds: channels.filter(({ type }) => type === 'site-widget').map(({ id }) => id),
  })
  report(`settings, with ${responsible.name} responsible`)
}

async function saveSection(
  visitor: HubVisitor,
  { texts }: DemoCompany,
  section: string,
  change: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { value, version } = await visitor.call<SettingsDocument>('GET', `/api/settings/${section}`)
  await visitor.call('PUT', `/api/settings/${section}`, {
    value: { ...value, ...change },
    version,
    reason: texts.reason,
  })
}
