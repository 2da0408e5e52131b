import type { AuditEntry } from '@trunkline/contracts/http/people'

/** What the words are made with: `key` → the sentence of the reader, or null when there is no such text. */
export type WordOf = (key: string) => string | null

/** Ids and codes for whoever reads the database; the subject of the entry says the same in words. */
const SILENT = new Set(['conversationId', 'findingId', 'portalUserId', 'pointer', 'code', 'kind'])

/** Where the words of a value stand; `action` when the same name means different things. */
function valueKey(action: string, name: string, value: string): string | null {
  if (name === 'state') return `shell.state.${value}`
  if (name === 'role' || (action === 'member-changed' && (name === 'from' || name === 'to')))
    return `members.roles.${value}`
  if (action === 'request-moved' && (name === 'from' || name === 'to')) return `inbox.request.status.${value}`
  return ['section', 'step', 'source', 'repair'].includes(name) ? `audit.${name}.${value}` : null
}

/** Whether the entry is about a whole section of the settings, which is then its subject. */
function isAboutSection({ action, details }: AuditEntry): boolean {
  return typeof details['section'] === 'string' && action !== 'settings-broken'
}

/** What the entry is about. A section of the settings is named in the language of the reader, not of whoever saved it. */
export function auditSubject(entry: AuditEntry, word: WordOf): string {
  return (isAboutSection(entry) && word(`audit.section.${entry.details['section']}`)) || entry.subject
}

/**
 * The small facts of an entry as `name: value`, in the reader's words.
 * @param typeTitle title of a type of channel; null when the server has no such type any more.
 */
export function auditFacts(
  entry: AuditEntry,
  word: WordOf,
  typeTitle: (type: string) => string | null,
): string[] {
  return Object.entries(entry.details).flatMap(([name, held]) => {
    if (SILENT.has(name) || (name === 'section' && isAboutSection(entry))) return []
    if (!['string', 'number', 'boolean'].includes(typeof held)) return []
    const raw = String(held)
    if (raw === '') return []
    const key = valueKey(entry.action, name, raw)
    const value = (name === 'type' ? typeTitle(raw) : key && word(key)) ?? raw
    return [`${word(`audit.fact.${name}`) ?? name}: ${value}`]
  })
}
