import { createHash } from 'node:crypto'
import { type ConsentTextRow, consentTextOf, rememberConsentTexts } from '../../store/consent-texts.ts'
import type { Tx } from '../../store/database.ts'

/** The settings of a site chat that are asked with. */
export interface ConsentSettings {
  readonly consentText: string
  readonly consentUrl: string
  readonly mailingText: string
}

/** Which form asks: the one before the chat, or the request that may be left instead of it. */
export type AskedBy = 'contact-form' | 'request-form'

/** Names the wording of a form, so that it can be told later which one a person saw. */
export function consentVersion(settings: ConsentSettings, by: AskedBy): string {
  const { consentText, consentUrl, mailingText } = settings
  const words = by === 'contact-form' ? [consentText, consentUrl] : [consentText, consentUrl, mailingText]
  return createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 12)
}

/** Keeps the wordings of a site chat; asked before they are replaced, because a form may be open somewhere. */
export function keepWordings(tx: Tx, settings: ConsentSettings): Promise<void> {
  return rememberConsentTexts(tx, [wording(settings, 'contact-form'), wording(settings, 'request-form')])
}

/** What goes with a consent: the name of the wording that the person saw, and the wording itself when it is known. */
export interface SeenWording {
  readonly consentTextVersion: string
  readonly consentTexts?: {
    readonly personalData: string
    readonly policyUrl?: string
    readonly mailing?: string
  }
}

/**
 * The wording a person agreed to.
 * @param seen the name that the form sent with it; without a name of ours it is the wording of now
 */
export async function seenWording(
  tx: Tx,
  settings: ConsentSettings,
  by: AskedBy,
  seen: string | undefined,
): Promise<SeenWording> {
  const now = wording(settings, by)
  const version = seen !== undefined && /^[0-9a-f]{12}$/.test(seen) ? seen : now.version
  const row = version === now.version ? now : await consentTextOf(tx, version)
  if (row === undefined) return { consentTextVersion: version }
  const { personalData, policyUrl, mailing } = row
  return {
    consentTextVersion: version,
    consentTexts: {
      personalData,
      ...(policyUrl === '' ? {} : { policyUrl }),
      ...(mailing === '' ? {} : { mailing }),
    },
  }
}

function wording(settings: ConsentSettings, by: AskedBy): ConsentTextRow {
  return {
    version: consentVersion(settings, by),
    personalData: settings.consentText,
    policyUrl: settings.consentUrl,
    mailing: by === 'request-form' ? settings.mailingText : '',
  }
}
