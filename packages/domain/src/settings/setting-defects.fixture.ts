import type { FieldMapping } from '@trunkline/contracts/settings/rules'
import { type Defect, deny, map, site, stage, to } from './rules.fixture.ts'
import { and, BOT, is, MAIL, or, SITE, WORLD } from './settings.fixture.ts'

const on = { firstContactCreates: 'card', repeatedContactCreates: 'card' } as const
const mapped = (...fieldMappings: FieldMapping[]) => ({ mapFields: true, fieldMappings })
const widget = { id: SITE, title: 'Сайт', type: 'site-widget' }
const simple = { crmMode: 'simple' as const }
const GONE = '018f0000-0000-7000-8000-00000000000f'

/** Planted defects of settings: what they point to is gone, or another setting leaves them without effect. */
export const SETTING_DEFECTS: readonly Defect[] = [
  // Rules and settings that point to what is not there.
  [
    'a parameter that does not exist',
    { chats: { responsibleRules: [to('7', and(is('weather', '=', 'rain')))] } },
    ['error chats/responsibleRules/0/when/rules/0 condition-field-unknown'],
  ],
  [
    'a parameter of requests in chats',
    { chats: { responsibleRules: [to('7', and(is('request.formName', '=', 'x')))] } },
    ['error chats/responsibleRules/0/when/rules/0 condition-field-unknown'],
  ],
  [
    'a comparison that does not fit',
    { chats: { responsibleRules: [to('7', and(is('workingTime', 'contains', 'x')))] } },
    ['error chats/responsibleRules/0/when/rules/0 condition-misfit'],
  ],
  [
    'a comparison without its value',
    { chats: { transferRules: [deny(or(is('site', '=', ''), site('a')))] } },
    ['error chats/transferRules/0/when/rules/0 condition-misfit'],
  ],
  [
    'an empty list',
    { chats: { responsibleRules: [to('7', or(is('site', 'in', []), site('a')))] } },
    ['warning chats/responsibleRules/0/when/rules/0 condition-empty-list'],
  ],
  [
    'a deleted channel in a condition',
    { chats: { responsibleRules: [to('7', and(is('channelId', 'in', [BOT, GONE])))] } },
    ['warning chats/responsibleRules/0/when/rules/0 condition-value-gone'],
  ],
  [
    'a channel type nobody has',
    { chats: { responsibleRules: [to('7', and(is('channelType', '=', 'pager')))] } },
    ['warning chats/responsibleRules/0/when/rules/0 condition-value-gone'],
  ],
  [
    'a value outside its choices',
    { chats: { responsibleRules: [to('7', and(is('visitorType', '=', 'old')))] } },
    ['warning chats/responsibleRules/0/when/rules/0 condition-value-gone'],
  ],
  [
    'a channel that is not selected',
    { chats: { channelIds: [SITE], responsibleRules: [to('7', and(is('channelId', '=', BOT)))] } },
    [
      'warning chats/responsibleRules/0/when/rules/0 condition-channel-not-passed',
      'note chats/channelIds channel-nowhere',
      'note chats/channelIds channel-nowhere',
    ],
  ],
  [
    'a deleted channel in an exception',
    { chats: { firstPlaceRules: [stage({}, and(), and(is('channelId', '=', GONE)))] } },
    ['warning chats/firstPlaceRules/0/except/rules/0 condition-value-gone'],
  ],
  [
    'a deleted channel in the list',
    { chats: { channelIds: [SITE, BOT, MAIL, GONE] } },
    ['warning chats/channelIds/3 channel-gone'],
  ],
  [
    'a responsible dismissed',
    { chats: { defaultResponsibleId: '8' } },
    ['error chats/defaultResponsibleId user-dismissed'],
  ],
  [
    'a responsible nobody knows',
    { requests: { defaultResponsibleId: '77' } },
    ['error requests/defaultResponsibleId user-gone'],
  ],
  [
    'no responsible',
    { chats: { defaultResponsibleId: '' } },
    ['error chats/defaultResponsibleId responsible-missing'],
  ],
  [
    'a rule for a dismissed user',
    { chats: { responsibleRules: [to('8', and(site('a')))] } },
    ['warning chats/responsibleRules/0/userId user-dismissed'],
  ],
  [
    'a rule for an unknown user',
    { chats: { responsibleRules: [to('77', and(site('a')))] } },
    ['warning chats/responsibleRules/0/userId user-gone'],
  ],
  [
    'a rule for nobody',
    { chats: { responsibleRules: [to('', and(site('a')))] } },
    ['warning chats/responsibleRules/0/userId user-missing'],
  ],
  [
    'an activity for a dismissed user',
    { chats: { firstContactCreates: 'card-and-activity', activityResponsibleId: '8' } },
    ['warning chats/activityResponsibleId user-dismissed'],
  ],
  [
    'a deleted stage of leads',
    { chats: { firstPlaceRules: [stage({ leadStageId: 'OLD' }, and(site('a')))] } },
    ['warning chats/firstPlaceRules/0/place/leadStageId stage-gone'],
  ],
  [
    'a deleted pipeline',
    {
      chats: {
        cardKind: 'deal',
        firstPlaceRules: [stage({ pipelineId: '77', dealStageId: 'C77:NEW' }, and(site('a')))],
      },
    },
    ['warning chats/firstPlaceRules/0/place/pipelineId pipeline-gone'],
  ],
  [
    'a stage of another pipeline',
    { chats: { cardKind: 'deal', firstPlace: { leadStageId: '', pipelineId: '0', dealStageId: 'C5:NEW' } } },
    ['warning chats/firstPlace/dealStageId stage-gone'],
  ],
  [
    'a stage that no pipeline has',
    {
      chats: {
        ...on,
        cardKind: 'deal',
        repeatedPlace: { leadStageId: '', pipelineId: '', dealStageId: 'C9:NEW' },
      },
    },
    ['warning chats/repeatedPlace/dealStageId stage-gone'],
  ],
  [
    'a deleted stage of leads while cards are deals',
    { chats: { cardKind: 'deal', firstPlace: { leadStageId: 'OLD', pipelineId: '', dealStageId: '' } } },
    ['note chats/firstPlace/leadStageId stage-gone'],
  ],
  [
    'a mapping into a deleted field',
    { chats: mapped(map({ target: 'UF_GONE' })) },
    ['warning chats/fieldMappings/0/target mapping-target-gone'],
  ],
  [
    'a mapping into a field the portal fills',
    { chats: mapped(map({ entity: 'deal', target: 'UF_CRM_3' })) },
    ['warning chats/fieldMappings/0/target mapping-target-read-only'],
  ],
  [
    'a mapping of a source that chats never have',
    { chats: mapped(map({ source: 'request.formName' })) },
    ['warning chats/fieldMappings/0/source mapping-source-unknown'],
  ],
  [
    'a mapping of a source that requests never have',
    { requests: mapped(map({ source: 'operatorName' })) },
    ['warning requests/fieldMappings/0/source mapping-source-unknown'],
  ],
  [
    'a mapping into leads in simple mode',
    { chats: mapped(map()), world: simple },
    ['warning chats/fieldMappings/0/entity mapping-lead-in-simple-mode'],
  ],
  [
    'a mapping of what its field cannot take',
    { chats: mapped(map({ entity: 'deal', source: 'ordinal', target: 'UF_CRM_2' })) },
    ['warning chats/fieldMappings/0/target mapping-target-misfit'],
  ],
  [
    'two mappings into one field',
    { chats: mapped(map(), map({ source: 'site' })) },
    ['note chats/fieldMappings/1/target mapping-target-twice'],
  ],
  // Switches that cancel each other; settings without effect.
  ['functions on, section off (CHAT-18)', { chats: { active: false } }, ['error chats/active section-off']],
  ['requests on, section off', { requests: { active: false } }, ['error requests/active section-off']],
  ['Main off', { main: false, requests: { active: false, enabled: false } }, ['error chats/active main-off']],
  ['section on, passing off', { chats: { enabled: false } }, ['warning chats/enabled passing-off']],
  ['no channels', { requests: { channelIds: [] } }, ['error requests/channelIds no-channels']],
  [
    'a channel in no section',
    { chats: { channelIds: [SITE, BOT] } },
    ['note chats/channelIds channel-nowhere'],
  ],
  [
    'a site chat without a form (CHAT-79)',
    { world: { channels: [{ ...widget, contactForm: false }, ...WORLD.channels.slice(1)] } },
    ['warning chats/channelIds/0 no-contact-form'],
  ],
  [
    'stages of cards that are not made',
    {
      chats: {
        firstContactCreates: 'nothing',
        firstPlaceRules: [stage({ leadStageId: 'NEW' }, and(site('a')))],
      },
    },
    ['note chats/firstPlaceRules place-rules-idle'],
  ],
  [
    'the same on repeated contact, requests',
    { requests: { repeatedPlaceRules: [stage({ leadStageId: 'NEW' }, and(site('a')))] } },
    ['note requests/repeatedPlaceRules place-rules-idle'],
  ],
  [
    'stages of leads while cards are deals',
    { chats: { cardKind: 'deal', firstPlaceRules: [stage({ leadStageId: 'NEW' }, and(site('a')))] } },
    ['warning chats/firstPlaceRules/0/place place-of-other-card'],
  ],
  [
    'stages of deals while cards are leads',
    { chats: { firstPlaceRules: [stage({ pipelineId: '5' }, and(site('a')))] } },
    ['warning chats/firstPlaceRules/0/place place-of-other-card'],
  ],
  [
    'notifications about cards that are not made',
    { chats: { firstContactCreates: 'nothing', notifyResponsible: true } },
    ['note chats/notifyResponsible notify-idle'],
  ],
  [
    'closed cards too, while every contact makes a new one (CHAT-76)',
    { chats: { addToClosed: true, repeatedContactCreates: 'card' } },
    ['warning chats/addToClosed closed-unused'],
  ],
  [
    'those without contact data, while only known clients pass (AMB-34)',
    { requests: { firstContactCreates: 'nothing', passWithoutContactData: true } },
    ['warning requests/passWithoutContactData unknown-never-pass'],
  ],
  [
    'leads first in simple mode (AMB-22)',
    { chats: { commentPriority: 'lead' }, world: simple },
    ['warning chats/commentPriority leads-off'],
  ],
  [
    'a name of activities that are not made',
    { chats: { activityTemplate: 'Перезвонить' } },
    ['note chats/activityTemplate activity-idle'],
  ],
  [
    'a deadline of activities that are not made',
    { requests: { activityDeadlineMin: 30 } },
    ['note requests/activityDeadlineMin activity-idle'],
  ],
  [
    'mappings while passing fields is off',
    { chats: { fieldMappings: [map()] } },
    ['note chats/mapFields mappings-off'],
  ],
  [
    'passing fields on without mappings',
    { chats: { mapFields: true } },
    ['note chats/mapFields nothing-mapped'],
  ],
  [
    'two rules of one title',
    { chats: { responsibleRules: [to('7', and(site('a')), 'Опт'), to('9', and(site('b')), 'Опт ')] } },
    ['note chats/responsibleRules/1/title rule-title-twice'],
  ],
]
