import { type Text, text } from '@trunkline/contracts/locale'
import type { Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import type { PassingSettings } from '@trunkline/contracts/settings/index'
import {
  CHOICE_WORDS,
  fieldNamed,
  OPERATORS_WITHOUT_VALUE,
  type RuleCatalogue,
  type RuleField,
} from '../rules/catalogue.ts'
import { evaluate } from '../rules/evaluate.ts'
import type { FindingCode, Found } from './finding.ts'
import type { SettingsWorld } from './settings-world.ts'

/** Deeper than any tree that may be saved; the walk stops there. */
const DEEPEST = 20

/** Comparisons that cannot hold, or that compare with something deleted. `at`: pointer of the group. */
export function conditionFindings(
  group: RuleGroup,
  at: string,
  title: string,
  value: PassingSettings,
  world: SettingsWorld,
  catalogue: RuleCatalogue,
  depth = 1,
): Found[] {
  if (depth > DEEPEST) return []
  return group.rules.flatMap((child, index) => {
    const pointer = `${at}/rules/${index}`
    return 'rules' in child
      ? conditionFindings(child, pointer, title, value, world, catalogue, depth + 1)
      : comparisonFindings(child, pointer, title, value, world, catalogue)
  })
}

function comparisonFindings(
  rule: Rule,
  pointer: string,
  title: string,
  value: PassingSettings,
  world: SettingsWorld,
  catalogue: RuleCatalogue,
): Found[] {
  const found = (code: FindingCode, severity: Found['severity'], message: Text, advice: Text): Found[] => [
    {
      code,
      pointer,
      severity,
      message: text(`Правило «${title}»: ${message.ru}`, `Rule “${title}”: ${message.en}`),
      advice,
    },
  ]
  const [warning] = evaluate({ combinator: 'and', rules: [rule] }, {}, catalogue).warnings
  if (warning?.code === 'unknown-field') {
    return found(
      'condition-field-unknown',
      'error',
      text(
        `параметра «${rule.field}» не существует, сравнение с ним никогда не выполняется.`,
        `there is no parameter “${rule.field}”, a comparison with it never holds.`,
      ),
      text('Выберите параметр из списка.', 'Choose a parameter from the list.'),
    )
  }
  const field = fieldNamed(catalogue, rule.field)
  if (field === undefined) return []
  const label = field.label
  if (warning) {
    return found(
      'condition-misfit',
      'error',
      text(
        `сравнение или значение не подходит к параметру «${label.ru}», условие никогда не выполняется.`,
        `the comparison or the value does not fit the parameter “${label.en}”, the condition never holds.`,
      ),
      text('Исправьте условие.', 'Mend the condition.'),
    )
  }
  if (OPERATORS_WITHOUT_VALUE.includes(rule.operator)) return []
  const values = (Array.isArray(rule.value) ? rule.value : [rule.value]).map(String).filter(Boolean)
  if (values.length === 0) {
    const never = rule.operator === 'in'
    return found(
      'condition-empty-list',
      'warning',
      text(
        `список значений у параметра «${label.ru}» пуст, условие ${never ? 'никогда не выполняется' : 'выполняется всегда'}.`,
        `the list of values of “${label.en}” is empty, the condition ${never ? 'never' : 'always'} holds.`,
      ),
      text('Добавьте значения или удалите условие.', 'Add values or delete the condition.'),
    )
  }
  const possible = possibleValues(field, world)
  const gone = possible === undefined ? [] : values.filter((one) => !possible.includes(one))
  if (gone.length > 0) {
    const all = gone.length === values.length
    return found(
      'condition-value-gone',
      'warning',
      text(
        `${all ? 'значений' : 'части значений'} параметра «${label.ru}» больше нет.`,
        `${all ? 'the values' : 'some of the values'} of “${label.en}” no longer exist.`,
      ),
      text('Выберите другие или уберите их.', 'Choose others or take them off.'),
    )
  }
  const passed = rule.field === 'channelId' && value.channelIds.length > 0
  if (passed && isPositive(rule) && !values.some((id) => value.channelIds.includes(id))) {
    return found(
      'condition-channel-not-passed',
      'warning',
      text(
        'сравнивает с каналом, который в этом разделе не выбран: такие обращения не передаются.',
        'compares with a channel that is not selected in this section: what comes over it is not passed.',
      ),
      text(
        'Добавьте канал в раздел или выберите другой.',
        'Add the channel to the section or choose another one.',
      ),
    )
  }
  return []
}

const isPositive = (rule: Rule) => rule.operator === '=' || rule.operator === 'in'

/** The ids a choice may have now; undefined when any value is possible. */
function possibleValues(field: RuleField, world: SettingsWorld): readonly string[] | undefined {
  switch (field.choices) {
    case 'channels':
      return world.channels.map((channel) => channel.id)
    case 'channel-types': {
      const types = Object.keys(world.channelTypes)
      return types.length === 0 ? undefined : types
    }
    case 'portal-users':
      return world.portalUsers?.map((user) => user.id)
    case undefined:
      return undefined
    default:
      return Object.keys(CHOICE_WORDS[field.choices])
  }
}
