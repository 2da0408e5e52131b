import { type Defect, deny, pass, site, stage, to } from './rules.fixture.ts'
import { and, BOT, is, MAIL, not, or, SITE } from './settings.fixture.ts'

/** Planted defects of rules: dead, shadowed, repeated, contradictory. */
export const RULE_DEFECTS: readonly Defect[] = [
  // Rules that can never fit.
  [
    'two values of one field at once',
    { chats: { responsibleRules: [to('7', and(site('a'), site('b')))] } },
    ['warning chats/responsibleRules/0 rule-dead'],
  ],
  [
    'a value and its opposite',
    { chats: { responsibleRules: [to('7', and(site('a'), is('site', '!=', 'A')))] } },
    ['warning chats/responsibleRules/0 rule-dead'],
  ],
  [
    'empty and not empty',
    { chats: { transferRules: [deny(and(is('phone', 'empty'), is('phone', 'notEmpty')))] } },
    ['warning chats/transferRules/0 rule-dead'],
  ],
  [
    'a beginning that the value does not have',
    { chats: { responsibleRules: [to('7', and(is('site', 'beginsWith', 'shop'), site('blog.ru')))] } },
    ['warning chats/responsibleRules/0 rule-dead'],
  ],
  [
    'two beginnings at once',
    {
      chats: {
        responsibleRules: [to('7', and(is('site', 'beginsWith', 'a'), is('site', 'beginsWith', 'b')))],
      },
    },
    ['warning chats/responsibleRules/0 rule-dead'],
  ],
  [
    'more than five and less than five',
    { chats: { responsibleRules: [to('7', and(is('ordinal', '>', 5), is('ordinal', '<', 5)))] } },
    ['warning chats/responsibleRules/0 rule-dead'],
  ],
  [
    'a channel of another type',
    {
      chats: {
        responsibleRules: [to('7', and(is('channelId', '=', SITE), is('channelType', '=', 'telegram')))],
      },
    },
    ['warning chats/responsibleRules/0 rule-dead'],
  ],
  [
    'none of the values that there are',
    {
      chats: {
        responsibleRules: [
          to('7', and(is('visitorType', 'notEmpty'), is('visitorType', 'notIn', ['new', 'returned']))),
        ],
      },
    },
    ['warning chats/responsibleRules/0 rule-dead'],
  ],
  [
    'yes and no',
    {
      chats: {
        responsibleRules: [to('7', and(is('workingTime', '=', true), is('workingTime', '=', false)))],
      },
    },
    ['warning chats/responsibleRules/0 rule-dead'],
  ],
  [
    'a nested contradiction',
    {
      requests: {
        responsibleRules: [to('7', and(site('a'), or(site('b'), and(site('c'), is('phone', 'empty')))))],
      },
    },
    ['warning requests/responsibleRules/0 rule-dead'],
  ],
  [
    'the opposite of always',
    { chats: { responsibleRules: [to('7', not(and()))] } },
    ['warning chats/responsibleRules/0 rule-dead'],
  ],
  [
    'contains what it must not contain',
    {
      chats: {
        firstPlaceRules: [
          stage({}, and(is('pageUrl', 'contains', 'price/opt'), is('pageUrl', 'notContains', 'price'))),
        ],
      },
    },
    ['warning chats/firstPlaceRules/0 rule-dead'],
  ],
  [
    'an exception as wide as the rule',
    { chats: { firstPlaceRules: [stage({}, and(site('a')), and(site('a', 'b')))] } },
    ['warning chats/firstPlaceRules/0 rule-dead'],
  ],
  [
    'an exception without conditions',
    { chats: { firstPlaceRules: [stage({}, and(site('a')), and())] } },
    ['warning chats/firstPlaceRules/0/except except-everything'],
  ],
  [
    'an exception of empty groups',
    { chats: { firstPlaceRules: [stage({}, and(site('a')), and(and(), and()))] } },
    ['warning chats/firstPlaceRules/0/except except-everything'],
  ],
  [
    'only channels that exist are left out',
    { chats: { responsibleRules: [to('7', and(is('channelId', 'notIn', [SITE, BOT, MAIL])))] } },
    ['warning chats/responsibleRules/0 rule-dead'],
  ],
  // Rules whose turn never comes.
  [
    'the same condition twice',
    { chats: { responsibleRules: [to('7', and(site('a'))), to('9', and(site('A')))] } },
    ['warning chats/responsibleRules/1 rule-repeats'],
  ],
  [
    'a rule for everything before it',
    { chats: { responsibleRules: [to('7', and()), to('9', and(site('a')))] } },
    ['warning chats/responsibleRules/1 rule-shadowed'],
  ],
  [
    'a wider list before it',
    { chats: { responsibleRules: [to('7', and(site('a', 'b'))), to('9', and(site('a')))] } },
    ['warning chats/responsibleRules/1 rule-shadowed'],
  ],
  [
    'fewer conditions before it',
    {
      chats: {
        responsibleRules: [to('7', and(site('a'))), to('9', and(site('a'), is('phone', 'notEmpty')))],
      },
    },
    ['warning chats/responsibleRules/1 rule-shadowed'],
  ],
  [
    'a shorter beginning before it',
    {
      chats: {
        responsibleRules: [
          to('7', and(is('phone', 'beginsWith', '+7'))),
          to('9', and(is('phone', 'beginsWith', '+7916'))),
        ],
      },
    },
    ['warning chats/responsibleRules/1 rule-shadowed'],
  ],
  [
    'a lower limit before it',
    {
      chats: { responsibleRules: [to('7', and(is('ordinal', '>', 1))), to('9', and(is('ordinal', '>', 3)))] },
    },
    ['warning chats/responsibleRules/1 rule-shadowed'],
  ],
  [
    'two rules before it together',
    {
      chats: {
        responsibleRules: [to('7', and(site('a'))), to('9', and(site('b'))), to('7', and(site('a', 'b')))],
      },
    },
    ['warning chats/responsibleRules/2 rule-shadowed'],
  ],
  [
    'a rule and its opposite before it',
    {
      chats: {
        responsibleRules: [
          to('7', and(is('phone', 'empty'))),
          to('9', and(is('phone', 'notEmpty'))),
          to('7', and(site('a'))),
        ],
      },
    },
    ['warning chats/responsibleRules/2 rule-shadowed'],
  ],
  [
    'a channel type before its only channel',
    {
      chats: {
        responsibleRules: [
          to('7', and(is('channelType', '=', 'telegram'))),
          to('9', and(is('channelId', '=', BOT))),
        ],
      },
    },
    ['warning chats/responsibleRules/1 rule-repeats'],
  ],
  [
    'the same in pipeline rules',
    {
      chats: {
        firstPlaceRules: [
          stage({ leadStageId: 'NEW' }, and()),
          stage({ leadStageId: 'IN_PROCESS' }, and(site('a'))),
        ],
      },
    },
    ['warning chats/firstPlaceRules/1 rule-shadowed'],
  ],
  [
    'the same on repeated contact',
    {
      requests: {
        repeatedContactCreates: 'card',
        repeatedPlaceRules: [
          stage({ leadStageId: 'NEW' }, and(site('a'))),
          stage({ leadStageId: 'IN_PROCESS' }, and(site('a'))),
        ],
      },
    },
    ['warning requests/repeatedPlaceRules/1 rule-repeats'],
  ],
  [
    'a second Deny of the same',
    {
      chats: { transferRules: [deny(and(site('a'))), deny(and(site('a'), is('phone', 'empty')), 'Второй')] },
    },
    ['warning chats/transferRules/1 rule-shadowed'],
  ],
  // Rules that contradict each other; a filter that lets nothing through.
  [
    'Allow and Deny of the same',
    {
      chats: { transferRules: [pass(and(site('a'))), pass(and(site('b')), 'Второй'), deny(and(site('a')))] },
    },
    ['warning chats/transferRules/0 allow-and-deny'],
  ],
  [
    'an Allow inside a Deny',
    {
      chats: {
        transferRules: [
          pass(and(site('a'), is('phone', 'notEmpty'))),
          pass(and(site('b')), 'Второй'),
          deny(and(site('a'))),
        ],
      },
    },
    ['warning chats/transferRules/0 allow-denied'],
  ],
  [
    'an Allow denied by two',
    {
      chats: {
        transferRules: [
          pass(and(site('a', 'b'))),
          pass(and(site('c')), 'Второй'),
          deny(and(site('a'))),
          deny(and(site('b')), 'Ещё'),
        ],
      },
    },
    ['warning chats/transferRules/0 allow-denied'],
  ],
  [
    'Deny of everything',
    { chats: { transferRules: [deny(and())] } },
    ['error chats/transferRules filter-passes-nothing'],
  ],
  [
    'Deny of all selected channels',
    { requests: { transferRules: [deny(and(is('channelId', 'in', [SITE])))] } },
    ['error requests/transferRules filter-passes-nothing'],
  ],
  [
    'two Deny that leave nothing',
    {
      chats: {
        transferRules: [deny(and(is('phone', 'empty'))), deny(and(is('phone', 'notEmpty')), 'Второй')],
      },
    },
    ['error chats/transferRules filter-passes-nothing'],
  ],
  [
    'the only Allow can never fit',
    { chats: { transferRules: [pass(and(site('a'), site('b')))] } },
    ['error chats/transferRules filter-passes-nothing', 'warning chats/transferRules/0 rule-dead'],
  ],
  [
    'the only Allow is denied',
    { chats: { transferRules: [pass(and(site('a'))), deny(and(site('a', 'b')))] } },
    ['error chats/transferRules filter-passes-nothing', 'warning chats/transferRules/0 allow-denied'],
  ],
]
