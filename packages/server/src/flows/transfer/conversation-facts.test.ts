import { expect, test } from 'vitest'
import type { TalkFacts } from '../../store/talk-facts.ts'
import { talkFactsOf } from './conversation-facts.ts'

const began = new Date('2026-03-05T10:00:00Z')
const talk = (context: NonNullable<TalkFacts['firstVisit']>['context'] | null): TalkFacts => ({
  openingText: 'Здравствуйте',
  contactWrote: true,
  firstDirection: 'inbound',
  operatorJoinedAt: null,
  operatorName: null,
  ordinal: 1,
  firstVisit: context === null ? null : { at: began, context },
})

test('the first touch is when the widget saw it, else when the first conversation with a page began', () => {
  const entered = { pageUrl: 'https://a.example/cart', entrancePageUrl: 'https://a.example/sale' }
  expect(
    talkFactsOf(talk({ ...entered, entranceAt: '2026-02-01T09:00:00.000Z', utm: { source: 'ya' } }))
      .firstTouch,
  ).toEqual({ at: '2026-02-01T09:00:00.000Z', pageUrl: 'https://a.example/sale', utm: { source: 'ya' } })
  expect(talkFactsOf(talk({ pageUrl: 'https://a.example/cart' })).firstTouch).toEqual({
    at: began.toISOString(),
    pageUrl: 'https://a.example/cart',
  })
  expect(talkFactsOf(talk(null)).firstTouch).toBeUndefined()
})
