import type { Text } from '@trunkline/contracts/locale'
import type { SectionName } from '@trunkline/contracts/settings/index'

/**
 * How bad a finding is. `error`: nothing is passed, or a card goes where nobody meant it to. `warning`: a part of the
 * settings has no effect. `note`: worth a look, everything works.
 */
export type Severity = 'error' | 'warning' | 'note'

/** Where to click: a page of the cabinet and what it needs to open at the right place. */
export type FindingLink =
  | {
      readonly page: 'settings'
      readonly params: { readonly section: SectionName; readonly pointer: string }
    }
  | { readonly page: 'channel'; readonly params: { readonly channelId: string } }

/** One defect of the settings of an integration, with its reason and what to do about it. */
export interface Finding {
  /** Stable, kebab-case; the kind of defect. */
  readonly code: string
  readonly section: SectionName
  /** JSON Pointer into the section's value. */
  readonly pointer: string
  readonly severity: Severity
  /** Why this is a defect, a whole sentence. */
  readonly message: Text
  /** What to do, a whole sentence. */
  readonly advice: Text
  readonly link: FindingLink
}

/** The same before the section is known: how a check hands over what it found. `link` absent = the field itself. */
export interface Found extends Omit<Finding, 'section' | 'link'> {
  readonly link?: FindingLink
}

/** Gives findings their section and a link to their field. */
export function inSection(section: SectionName, found: readonly Found[]): Finding[] {
  return found.map(({ link, ...rest }) => ({
    ...rest,
    section,
    link: link ?? { page: 'settings', params: { section, pointer: rest.pointer } },
  }))
}
