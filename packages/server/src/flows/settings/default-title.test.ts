import { channelAdapters } from '@trunkline/channels/registry'
import type { ChannelType } from '@trunkline/contracts/ids'
import type { Locale } from '@trunkline/contracts/locale'
import { CHOICE_WORDS } from '@trunkline/domain/rules/catalogue'
import { renderTitle } from '@trunkline/domain/templates/render-title'
import { DEFAULT_TITLE_TEMPLATE } from '@trunkline/domain/templates/title-variables'
import { expect, test } from 'vitest'

/** What the default template makes of a channel type and an event. */
function defaultName(type: ChannelType, event: string, locale: Locale): string {
  const values = {
    event_type: CHOICE_WORDS.events[event]![locale],
    channel_type: channelAdapters.get(type)!.title[locale],
    visitor: 'Анна',
  }
  return renderTitle(DEFAULT_TITLE_TEMPLATE[locale], values, locale)
}

test('the default name of a card says no word twice, whatever channel it came by, in both languages', () => {
  for (const type of channelAdapters.keys())
    for (const event of Object.keys(CHOICE_WORDS.events))
      for (const locale of ['ru', 'en'] as const) {
        const name = defaultName(type, event, locale)
        const words = name.toLowerCase().match(/\p{L}+/gu) ?? []
        expect(new Set(words).size, name).toBe(words.length)
      }
})

test.each([
  ['chat', 'ru', 'Чат Сайт — Анна'],
  ['chat', 'en', 'Site chat — Анна'],
  ['request', 'ru', 'Офлайн-заявка Сайт — Анна'],
  ['request', 'en', 'Site offline request — Анна'],
] as const)('a %s of a site chat is called so in %s: %s', (event, locale, expected) => {
  expect(defaultName('site-widget' as ChannelType, event, locale)).toBe(expected)
})
