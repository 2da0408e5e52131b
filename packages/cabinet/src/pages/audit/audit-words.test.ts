import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPAIRS } from '@trunkline/contracts/crm/reconciliation'
import type { AuditEntry } from '@trunkline/contracts/http/people'
import { SECTION_NAMES } from '@trunkline/contracts/settings/index'
import { describe, expect, it } from 'vitest'
import { auditFacts, auditSubject } from './audit-words.ts'

/** The files as they are written: importing them gives what the build makes of them. */
const TEXTS = Object.fromEntries(
  ['audit', 'inbox', 'members', 'shell'].map((name): [string, unknown] => [
    name,
    JSON.parse(readFileSync(join(import.meta.dirname, `../../texts/ru/${name}.json`), 'utf8')),
  ]),
)

function word(key: string): string | null {
  let at: unknown = TEXTS
  for (const part of key.split('.')) at = (at as Record<string, unknown> | undefined)?.[part]
  return typeof at === 'string' ? at : null
}
const typeTitle = (type: string) => (type === 'telegram' ? 'Telegram-бот' : null)
const entry = (action: string, details: Record<string, unknown>, subject = 'предмет'): AuditEntry => ({
  id: 'a1',
  at: '2026-11-22T10:00:00.000Z',
  actorName: 'Анна',
  action,
  subject,
  details,
})
const facts = (action: string, details: Record<string, unknown>) =>
  auditFacts(entry(action, details), word, typeTitle)

describe('an entry of the audit', () => {
  it('names a section in the language of the reader, whatever it was saved in', () => {
    const saved = entry('settings-saved', { section: 'chats', version: 3 }, 'Chats')
    expect(auditSubject(saved, word)).toBe('Чаты')
    expect(auditFacts(saved, word, typeTitle)).toEqual(['версия: 3'])
  })

  it('keeps the sentence about a broken setting and tells where it is', () => {
    const broken = entry('settings-broken', { section: 'chats', pointer: '/x', code: 'gone' }, 'Стадии нет')
    expect(auditSubject(broken, word)).toBe('Стадии нет')
    expect(auditFacts(broken, word, typeTitle)).toEqual(['раздел: Чаты'])
  })

  it.each([
    ['channel-connected', { state: 'connected' }, ['состояние: Подключён']],
    ['channel-created', { type: 'telegram' }, ['тип: Telegram-бот']],
    ['channel-created', { type: 'gone-with-a-release' }, ['тип: gone-with-a-release']],
    ['member-changed', { from: 'operator', to: 'administrator' }, ['было: Оператор', 'стало: Администратор']],
    [
      'request-moved',
      { conversationId: 'c1', from: 'not_processed', to: 'processed' },
      ['было: Не обработана', 'стало: Обработана'],
    ],
    ['two-factor-refused', { step: 'code' }, ['шаг: код']],
    ['channel-changed', { fields: '' }, []],
  ])('tells the facts of %s in words: %j', (action, details, said) => {
    expect(facts(action, details)).toEqual(said)
  })

  it('has words for every section and every repair there is', () => {
    for (const section of SECTION_NAMES) expect(word(`audit.section.${section}`)).not.toBeNull()
    for (const repair of REPAIRS) expect(word(`audit.repair.${repair}`)).not.toBeNull()
  })
})
