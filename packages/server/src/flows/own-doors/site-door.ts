import { isAllowedOrigin } from '@trunkline/channels/kit/allowed-origin'
import { HubError } from '@trunkline/contracts/errors'
import type { FieldNeed, WidgetWelcome } from '@trunkline/contracts/widget/protocol'
import type { AcceptHook, Door } from '../accept-hook.ts'
import { type ConsentSettings, consentVersion } from './consent-wording.ts'

/** Settings of a site chat, as its adapter's schema has checked them. */
export interface SiteSettings extends ConsentSettings {
  readonly title: string
  readonly greeting: string
  readonly colour: string
  readonly position: 'right' | 'left'
  readonly locale: 'auto' | 'ru' | 'en'
  readonly allowedOrigins: readonly string[]
  readonly formName: FieldNeed
  readonly formPhone: FieldNeed
  readonly formEmail: FieldNeed
  readonly offlineForm: 'off' | 'offline' | 'choice'
  readonly offlineText: string
  readonly offlineThanks: string
  readonly offlineName: FieldNeed
  readonly offlinePhone: FieldNeed
  readonly offlineEmail: FieldNeed
  readonly offlineMessage: FieldNeed
  readonly technicalRequests: boolean
}

/** A site chat, found by the key in its snippet, called from a page that may carry it. */
export interface SiteDoor {
  readonly door: Door
  readonly settings: SiteSettings
}

/** The adapter whose operations the widget's door writes. */
const TYPE = 'site-widget'

/**
 * The site chat of a key.
 * @param origin of the page that calls; undefined where the caller needs none because a token of ours speaks for it
 * @throws HubError `request/not-found`, `widget/wrong-origin`.
 */
export async function openSiteDoor(
  acceptHook: AcceptHook,
  publicKey: string,
  origin: string | undefined,
): Promise<SiteDoor> {
  const door = await acceptHook.door(publicKey)
  if (door.type !== TYPE) throw new HubError('request/not-found')
  const settings = door.settings as unknown as SiteSettings
  if (origin !== undefined && !isAllowedOrigin(origin, settings.allowedOrigins))
    throw new HubError('widget/wrong-origin')
  return { door, settings }
}

/** The form that may be left instead of a chat; undefined when it is not offered now. */
export function requestForm(settings: SiteSettings, operatorsOnline: boolean): WidgetWelcome['requestForm'] {
  const { offlineForm, consentUrl, mailingText } = settings
  if (offlineForm === 'off' || (offlineForm === 'offline' && operatorsOnline)) return undefined
  return {
    first: offlineForm === 'offline',
    chat: offlineForm === 'choice',
    intro: settings.offlineText,
    thanks: settings.offlineThanks,
    name: settings.offlineName,
    phone: settings.offlinePhone,
    email: settings.offlineEmail,
    message: settings.offlineMessage,
    consentText: settings.consentText,
    ...(consentUrl === '' ? {} : { consentUrl }),
    ...(mailingText === '' ? {} : { mailingText }),
    consentVersion: consentVersion(settings, 'request-form'),
  }
}

/** The form before the chat; undefined when every field is off. */
export function contactForm(settings: SiteSettings): WidgetWelcome['contactForm'] {
  const { formName: name, formPhone: phone, formEmail: email, consentText, consentUrl } = settings
  if (name === 'off' && phone === 'off' && email === 'off') return undefined
  return {
    name,
    phone,
    email,
    consentText,
    ...(consentUrl === '' ? {} : { consentUrl }),
    consentVersion: consentVersion(settings, 'contact-form'),
  }
}
