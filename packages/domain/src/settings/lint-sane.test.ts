import type { ChatsSettings, RequestsSettings } from '@trunkline/contracts/settings/index'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lint } from './lint.ts'
import { deny, map, pass, site, stage, to } from './rules.fixture.ts'
import { and, BOT, is, MAIL, not, or, SITE, saneSettings, WORLD } from './settings.fixture.ts'

const off = { active: false, enabled: false, channelIds: [] }

describe('sane settings are met with silence:', () => {
  test.each<[string, Partial<ChatsSettings>, Partial<RequestsSettings>]>([
    ['the simplest that works', {}, {}],
    ['chats alone, requests never set up', {}, { ...off, defaultResponsibleId: '' }],
    ['moving from another service (CHAT-48)', { firstContactCreates: 'nothing', addToClosed: true }, {}],
    [
      'sites between two people, the rest to the default (CHAT-42)',
      { responsibleRules: [to('7', and(site('a.ru'))), to('9', and(site('b.ru')))] },
      { responsibleRules: [to('9', and(site('a.ru')))] },
    ],
    [
      'a narrow rule before a wide one',
      { responsibleRules: [to('7', and(site('a.ru'), is('phone', 'notEmpty'))), to('9', and(site('a.ru')))] },
      {},
    ],
    [
      'rules that overlap, but neither inside the other',
      { responsibleRules: [to('7', and(site('a.ru', 'b.ru'))), to('9', and(site('b.ru', 'c.ru')))] },
      {},
    ],
    [
      'a shadowing rule whose user was there before it: only active ones count',
      { responsibleRules: [{ ...to('7', and()), active: false }, to('9', and(site('a.ru')))] },
      {},
    ],
    [
      'advertising passes, the night and the test site do not',
      {
        transferRules: [
          pass(and(or(is('utm.source', 'in', ['yandex', 'vk']), is('pageUrl', 'contains', 'promo')))),
          deny(and(is('workingTime', '=', false)), 'Ночь'),
          deny(and(site('test.ru')), 'Проверка'),
        ],
      },
      { transferRules: [deny(and(is('request.formName', 'contains', 'test')))] },
    ],
    [
      'somebody with two phones and two tags',
      {
        responsibleRules: [
          to('7', and(is('phone', 'beginsWith', '+7495'), is('phone', 'beginsWith', '+7916'))),
          to('9', and(is('tags', 'contains', 'vip'), is('tags', 'contains', 'new'))),
        ],
      },
      {},
    ],
    [
      'everything but one channel',
      { transferRules: [deny(and(is('channelId', '=', MAIL)))] },
      { responsibleRules: [to('7', not(and(is('request.mailingConsent', '=', true))))] },
    ],
    [
      'stages by channel and by site with an exception, first and repeated apart',
      {
        repeatedContactCreates: 'card',
        firstPlace: { leadStageId: 'NEW', pipelineId: '0', dealStageId: 'NEW' },
        firstPlaceRules: [
          stage({ leadStageId: 'IN_PROCESS' }, and(is('channelType', '=', 'telegram')), and(site('a.ru'))),
          stage({ leadStageId: 'NEW' }, and(is('channelId', '=', BOT))),
        ],
        repeatedPlaceRules: [
          stage({ leadStageId: 'IN_PROCESS', pipelineId: '5', dealStageId: 'C5:NEW' }, and()),
        ],
      },
      {},
    ],
    [
      'deals in a pipeline of their own, an activity for Pavel, notifications',
      {
        cardKind: 'deal',
        firstContactCreates: 'card-and-activity',
        repeatedContactCreates: 'activity',
        activityTemplate: 'Перезвонить {{ visitor }}',
        activityDeadlineMin: 30,
        activityResponsibleId: '9',
        notifyResponsible: true,
        firstPlace: { leadStageId: '', pipelineId: '5', dealStageId: 'C5:NEW' },
      },
      { channelIds: [SITE, BOT] },
    ],
    [
      'fields into lead and deal',
      {
        mapFields: true,
        fieldMappings: [map(), map({ entity: 'deal', source: 'pageUrl', target: 'UF_CRM_2' })],
      },
      { mapFields: true, fieldMappings: [map({ source: 'form.city' })] },
    ],
    [
      'numbers in two ranges, and three levels of and and or',
      {
        responsibleRules: [
          to('7', and(is('ordinal', '>', 1), is('ordinal', '<', 5))),
          to(
            '9',
            or(
              and(is('ordinal', '>', 5), or(site('a.ru'), is('phone', 'beginsWith', '+7495'))),
              site('b.ru'),
            ),
          ),
        ],
      },
      {},
    ],
  ])('%s', (_, chats, requests) => {
    expect(lint(saneSettings(chats, requests), WORLD)).toEqual([])
  })

  test('an integration that nobody has switched on', () => {
    expect(lint(saneSettings(off, off, { active: false }), WORLD)).toEqual([])
  })

  test('any lists of rules over values of their own', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    // Each rule asks for a site of its own, so that none can be inside another.
    const rules = fc.shuffledSubarray(names, { minLength: 1, maxLength: 6 }).chain((own) =>
      fc.tuple(
        ...own.map((name) =>
          fc.record({
            when: fc.constantFrom(
              and(site(`${name}.ru`)),
              and(is('site', 'beginsWith', `${name}.`)),
              and(site(`${name}.ru`, `www.${name}.ru`), is('phone', 'notEmpty')),
              or(
                site(`${name}.ru`),
                and(is('pageUrl', 'contains', `/${name}/`), is('utm.source', '=', name)),
              ),
              and(
                or(is('channelType', '=', 'telegram'), is('ordinal', '>', 3)),
                not(and(is('utm.term', '!=', name))),
              ),
            ),
            userId: fc.constantFrom('7', '9'),
            leadStageId: fc.constantFrom('NEW', 'IN_PROCESS'),
            action: fc.constantFrom('allow' as const, 'deny' as const),
          }),
        ),
      ),
    )
    fc.assert(
      fc.property(rules, (given) => {
        const settings = saneSettings({
          responsibleRules: given.map(({ userId, when }) => to(userId, when)),
          firstPlaceRules: given.map(({ leadStageId, when }) => stage({ leadStageId }, when)),
          transferRules: given.map(({ action, when }, index) =>
            (action === 'allow' ? pass : deny)(when, `Правило ${index}`),
          ),
        })
        expect(lint(settings, WORLD)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})
