import type { Text } from '@trunkline/contracts/locale'
import type { SectionName } from '@trunkline/contracts/settings/index'

/**
 * How bad a finding is. `error`: nothing is passed, or a card goes where nobody meant it to. `warning`: a part of the
 * settings has no effect. `note`: worth a look, everything works.
 */
export type Severity = 'error' | 'warning' | 'note'

/** What is told apart about a kind of finding beyond its words. */
interface Kind {
  /**
   * The surroundings changed under it: what it points to is not there any more, or the CRM mode makes other cards than it
   * speaks of. A notice on the first page.
   */
  readonly noticed?: true
  /** It is about one comparison of a rule. */
  readonly inCondition?: true
}

/** Every kind of finding, by its code: stable and stored with notices, so never renamed. */
export const FINDING_KINDS = {
  'section-off': {},
  'main-off': {},
  'passing-off': {},
  'no-channels': {},
  'channel-nowhere': {},
  'channel-gone': { noticed: true },
  'no-contact-form': {},
  'responsible-missing': {},
  'user-missing': {},
  'user-gone': { noticed: true },
  'user-dismissed': { noticed: true },
  'stage-gone': { noticed: true },
  'pipeline-gone': { noticed: true },
  'place-rules-idle': {},
  'place-of-other-card': { noticed: true },
  'notify-idle': {},
  'activity-idle': {},
  'closed-unused': {},
  'unknown-never-pass': {},
  'leads-off': { noticed: true },
  'mapping-source-unknown': {},
  'mapping-target-gone': { noticed: true },
  'mapping-target-read-only': {},
  'mapping-target-misfit': {},
  'mapping-target-twice': {},
  'mapping-lead-in-simple-mode': { noticed: true },
  'mappings-off': {},
  'nothing-mapped': {},
  'condition-field-unknown': { inCondition: true },
  'condition-misfit': { inCondition: true },
  'condition-empty-list': { inCondition: true },
  'condition-value-gone': { inCondition: true, noticed: true },
  'condition-channel-not-passed': { inCondition: true },
  'rule-dead': {},
  'except-everything': {},
  'rule-repeats': {},
  'rule-shadowed': {},
  'rule-title-twice': {},
  'allow-and-deny': {},
  'allow-denied': {},
  'filter-passes-nothing': {},
} as const satisfies Readonly<Record<string, Kind>>
export type FindingCode = keyof typeof FINDING_KINDS

/** What is told apart about a kind of finding. Pure. */
export function kindOf(code: FindingCode): Kind {
  return FINDING_KINDS[code]
}

/** Where to click: a page of the cabinet and what it needs to open at the right place. */
export type FindingLink =
  | {
      readonly page: 'settings'
      readonly params: { readonly section: SectionName; readonly pointer: string }
    }
  | { readonly page: 'channel'; readonly params: { readonly channelId: string } }

/** One defect of the settings of an integration, with its reason and what to do about it. */
export interface Finding {
  readonly code: FindingCode
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
