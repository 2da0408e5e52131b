import type { EntityRef } from '@trunkline/contracts/crm/entity'
import type { Finding } from '@trunkline/contracts/crm/reconciliation'
import type { ContactId, ConversationId, StepId } from '@trunkline/contracts/ids'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { marker } from '../transfer/marker.ts'
import {
  cardName,
  compareContact,
  findingKey,
  type LedgerWord,
  type PortalSight,
  type SeenComment,
  strayCards,
  type WrittenContact,
  type WrittenConversation,
} from './compare.ts'
import { findingHint, findingTitle, repairsOf, repairWords } from './sentences.ts'

const CONTACT = '019a0000-0000-7000-8000-000000000001' as ContactId
const ACTING = '1'
const deal = (id: string): EntityRef => ({ type: 'deal', id })

function conversation(
  number: number,
  card: EntityRef,
  how: Partial<Pick<WrittenConversation, 'activities'>> & { origin?: 'found' | 'first' | 'repeated' } = {},
): WrittenConversation {
  const id = `019a0000-0000-7000-8000-${String(number).padStart(12, '0')}` as ConversationId
  return {
    id,
    number,
    cards: [{ ...card, title: `Сделка ${card.id}`, role: 'target', origin: how.origin ?? 'first' }],
    comments: [{ stepId: `s${number}` as StepId, card, part: 1, commentId: String(1_000 + number) }],
    activities: how.activities ?? [],
  }
}

const contact = (...conversations: WrittenConversation[]): WrittenContact => ({
  contactId: CONTACT,
  conversations,
})

function commentText(id: ConversationId, part = 1): string {
  return `[url=${marker(`http://hub.test/cabinet/inbox/${id}`, part)}]№ 1[/url]\nслово`
}

/** A portal that has everything just as it was written, but for the changes. */
function sightOf(written: WrittenContact, change: Partial<PortalSight> = {}): PortalSight {
  const cards = new Map<string, { title: string; open: boolean; createdAt: string }>()
  const comments = new Map<string, SeenComment[]>()
  for (const one of written.conversations) {
    for (const card of one.cards)
      cards.set(cardName(card), {
        title: card.title ?? '',
        open: true,
        createdAt: '2026-11-01T10:00:00+03:00',
      })
    for (const { card, part, commentId } of one.comments) {
      const seen = comments.get(cardName(card)) ?? []
      seen.push({ id: commentId, text: commentText(one.id, part), authorId: ACTING })
      comments.set(cardName(card), seen)
    }
  }
  return {
    cards,
    goneCards: new Set(),
    comments,
    goneComments: new Set(),
    goneActivities: new Set(),
    ...change,
  }
}

const kinds = (findings: readonly Finding[]) => findings.map(({ kind }) => kind)

describe('a contact compared with the portal', () => {
  const one = contact(conversation(1, deal('10')))
  const activity = { stepId: 'a1' as StepId, card: deal('10'), activityId: '77' }
  const withActivity = contact(conversation(1, deal('10'), { activities: [activity] }))

  test.each<[string, WrittenContact, (sight: PortalSight) => PortalSight, Finding['kind'][]]>([
    ['nothing changed', one, (sight) => sight, []],
    ['comment deleted', one, (sight) => ({ ...sight, goneComments: new Set(['1001']) }), ['comment-gone']],
    [
      'activity deleted',
      withActivity,
      (sight) => ({ ...sight, goneActivities: new Set(['77']) }),
      ['activity-gone'],
    ],
    [
      'card deleted with all that was in it: one finding',
      withActivity,
      (sight) => ({
        ...sight,
        cards: new Map(),
        comments: new Map(),
        goneCards: new Set(['deal:10']),
        goneComments: new Set(['1001']),
        goneActivities: new Set(['77']),
      }),
      ['card-gone'],
    ],
    [
      'a card that we may not see any more is not judged',
      withActivity,
      (sight) => ({ ...sight, cards: new Map(), comments: new Map(), goneActivities: new Set(['77']) }),
      [],
    ],
    [
      'a second comment of the same part',
      one,
      (sight) =>
        withComment(sight, { id: '1', text: commentText(one.conversations[0]!.id), authorId: ACTING }),
      ['comment-doubled'],
    ],
    [
      'a comment of an employee that quotes our link',
      one,
      (sight) => withComment(sight, { id: '1', text: commentText(one.conversations[0]!.id), authorId: '7' }),
      [],
    ],
    [
      'a comment of another conversation',
      one,
      (sight) =>
        withComment(sight, { id: '1', text: commentText(conversation(2, deal('10')).id), authorId: ACTING }),
      [],
    ],
  ])('%s', (_, written, change, expected) => {
    expect(kinds(compareContact(written, change(sightOf(written))))).toEqual(expected)
  })

  test('a card of two conversations that was deleted is one finding with both', () => {
    const two = contact(conversation(2, deal('10')), conversation(1, deal('10'), { origin: 'found' }))
    const sight = sightOf(two, { cards: new Map(), goneCards: new Set(['deal:10']) })
    const findings = compareContact(two, sight)
    expect(kinds(findings)).toEqual(['card-gone'])
    expect(findings[0]).toMatchObject({ conversations: [{ number: 1 }, { number: 2 }] })
  })

  test.each([
    ['both for a new client', 'first', true, ['cards-doubled']],
    ['the second asked for by the settings on a repeated contact', 'repeated', true, []],
    ['the second found, not made', 'found', true, []],
    ['one of them closed', 'first', false, []],
  ] as const)('two cards of one contact: %s', (_, origin, open, expected) => {
    const two = contact(conversation(1, deal('10')), conversation(2, deal('9'), { origin }))
    const sight = sightOf(two)
    const cards = new Map(sight.cards)
    cards.set('deal:9', { title: 'Вторая', open, createdAt: '2026-11-02T10:00:00+03:00' })
    const findings = compareContact(two, { ...sight, cards })
    expect(kinds(findings)).toEqual(expected)
    if (expected.length > 0)
      expect(findings[0]).toMatchObject({
        kept: deal('10'),
        extra: deal('9'),
        conversations: [{ number: 2 }],
      })
  })
})

describe('cards with our mark', () => {
  const card = { type: 'deal' as const, id: '5', title: 'X', originId: 'STEP' }
  const done = (remoteId: string, tied: string[] = []): LedgerWord => ({
    state: 'done',
    remoteId,
    tied,
    conversation: { id: 'c1' as ConversationId, number: 1 },
  })
  test.each([
    ['known by its step', done('5'), 0],
    ['the second of a step', done('4'), 1],
    ['the second of a step, into which a person moved the conversation', done('4', ['deal:5']), 0],
    ['of a step that is on its way', { state: 'open' } as const, 0],
    ['of no step', undefined, 1],
  ])('%s', (_, word, found) => {
    expect(strayCards([card], new Map(word === undefined ? [] : [['step', word]]))).toHaveLength(found)
  })

  test('may take the conversation over when it is known whose it is, and a contact never does', () => {
    const stray = (type: 'deal' | 'contact', word: LedgerWord | undefined) =>
      strayCards([{ ...card, type }], new Map(word === undefined ? [] : [['step', word]]))
    expect(stray('deal', done('4')).map(repairsOf)).toEqual([['seen', 'tie']])
    expect(stray('contact', done('4')).map(repairsOf)).toEqual([['seen']])
    expect(stray('deal', undefined).map(repairsOf)).toEqual([['seen']])
  })
})

describe('any portal', () => {
  /** Contacts with up to four conversations over three deals, and a portal that lost and gained some of it. */
  const worlds = fc
    .record({
      tied: fc.array(fc.constantFrom('1', '2', '3'), { minLength: 1, maxLength: 4 }),
      origins: fc.array(fc.constantFrom('found', 'first', 'repeated'), { minLength: 4, maxLength: 4 }),
      lostCards: fc.subarray(['1', '2', '3']),
      lostComments: fc.subarray(['1001', '1002', '1003', '1004']),
      doubled: fc.subarray([1, 2, 3, 4]),
      closed: fc.subarray(['1', '2', '3']),
    })
    .map(({ tied, origins, lostCards, lostComments, doubled, closed }) => {
      const written = contact(
        ...tied.map((id, index) => conversation(index + 1, deal(id), { origin: origins[index]! })),
      )
      const whole = sightOf(written)
      const cards = new Map(
        [...whole.cards]
          .filter(([name]) => !lostCards.some((id) => name === `deal:${id}`))
          .map(([name, seen]) => [name, { ...seen, open: !closed.some((id) => name === `deal:${id}`) }]),
      )
      const comments = new Map(
        [...whole.comments]
          .filter(([name]) => cards.has(name))
          .map(([name, seen]) => [
            name,
            [
              ...seen.filter(({ id }) => !lostComments.includes(id)),
              ...seen
                .filter(({ id }) => doubled.includes(Number(id) - 1_000))
                .map((comment) => ({ ...comment, id: `9${comment.id}` })),
            ],
          ]),
      )
      const sight: PortalSight = {
        cards,
        goneCards: new Set([...whole.cards.keys()].filter((name) => !cards.has(name))),
        comments,
        goneComments: new Set(lostComments),
        goneActivities: new Set(),
      }
      return { written, sight, whole }
    })

  test('one that has all of it once and open is silent but for doubled cards', () => {
    fc.assert(
      fc.property(worlds, ({ written, whole }) => {
        expect(kinds(compareContact(written, whole)).filter((kind) => kind !== 'cards-doubled')).toEqual([])
      }),
    )
  })

  test('every card and comment that is gone is told exactly once, and nothing that stands', () => {
    fc.assert(
      fc.property(worlds, ({ written, sight }) => {
        const findings = compareContact(written, sight)
        const goneCards = findings.flatMap((one) => (one.kind === 'card-gone' ? [cardName(one.card)] : []))
        expect(goneCards.sort()).toEqual([...sight.goneCards].sort())
        const goneComments = findings.flatMap((one) => (one.kind === 'comment-gone' ? [one.commentId] : []))
        const expected = written.conversations
          .flatMap(({ comments }) => comments)
          .filter(
            ({ card, commentId }) => sight.cards.has(cardName(card)) && sight.goneComments.has(commentId),
          )
          .map(({ commentId }) => commentId)
        expect(goneComments.sort()).toEqual(expected.sort())
      }),
    )
  })

  test('the order of conversations changes nothing, and every finding has its own key', () => {
    fc.assert(
      fc.property(worlds, ({ written, sight }) => {
        const keys = compareContact(written, sight).map(findingKey)
        expect(new Set(keys).size).toBe(keys.length)
        const turned = { ...written, conversations: [...written.conversations].reverse() }
        expect(compareContact(turned, sight).map(findingKey).sort()).toEqual([...keys].sort())
      }),
    )
  })

  test('every finding reads as a sentence in both languages and can be put away', () => {
    fc.assert(
      fc.property(worlds, ({ written, sight }) => {
        for (const finding of compareContact(written, sight)) {
          expect(repairsOf(finding)).toContain('seen')
          for (const repair of repairsOf(finding)) {
            const { label, done } = repairWords(repair, finding)
            for (const said of [findingTitle(finding), findingHint(finding), label, done]) {
              expect(said.ru).toMatch(/[а-яё]/i)
              expect(said.en).toMatch(/^[^а-яё«»№]*(“[^”]*”[^а-яё«»№]*)*$/i)
              expect(`${said.ru}${said.en}`).not.toMatch(/undefined|null|NaN/)
            }
          }
        }
      }),
    )
  })
})

function withComment(sight: PortalSight, comment: SeenComment): PortalSight {
  const comments = new Map(sight.comments)
  comments.set('deal:10', [...(comments.get('deal:10') ?? []), comment])
  return { ...sight, comments }
}
