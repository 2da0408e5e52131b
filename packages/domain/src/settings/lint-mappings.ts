import { type Text, text } from '@trunkline/contracts/locale'
import type { PassingSectionName, PassingSettings } from '@trunkline/contracts/settings/index'
import { fieldNamed, mappingFields } from '../rules/catalogue.ts'
import type { Found } from './finding.ts'
import type { SettingsWorld } from './settings-world.ts'

/** Lines of the field mapping that write nothing: broken, idle or doubled. */
export function mappingFindings(
  section: PassingSectionName,
  value: PassingSettings,
  world: SettingsWorld,
): Found[] {
  const catalogue = mappingFields(section)
  const active = value.fieldMappings.filter((mapping) => mapping.active)
  if (!value.mapFields) return active.length === 0 ? [] : [mappingsOff()]
  if (active.length === 0) return [nothingMapped()]
  return value.fieldMappings.flatMap((mapping, index): Found[] => {
    if (!mapping.active) return []
    const at = `/fieldMappings/${index}`
    const found: Found[] = []
    const add = (code: string, pointer: string, message: Text, advice: Text) =>
      found.push({ code, pointer: `${at}${pointer}`, severity: 'warning', message, advice })
    if (fieldNamed(catalogue, mapping.source) === undefined) {
      add(
        'mapping-source-unknown',
        '/source',
        text(
          `Строка пишет «${mapping.source}», а такого поля у ${section === 'chats' ? 'чатов' : 'заявок'} нет.`,
          `The line writes “${mapping.source}”, but ${section === 'chats' ? 'chats have' : 'requests have'} no such field.`,
        ),
        text('Выберите поле из списка.', 'Choose a field from the list.'),
      )
    }
    const fields = world.cardFields?.[mapping.entity]
    const target = fields?.find((field) => field.code === mapping.target)
    if (fields && target === undefined) {
      add(
        'mapping-target-gone',
        '/target',
        text(
          `Поля ${mapping.target} на портале больше нет: строка не пишется, карточка создаётся без неё.`,
          `The portal no longer has the field ${mapping.target}: the line is not written, the card is made without it.`,
        ),
        text('Выберите другое поле.', 'Choose another field.'),
      )
    }
    if (target?.readOnly) {
      add(
        'mapping-target-read-only',
        '/target',
        text(
          `Поле «${target.label}» портал заполняет сам, записать в него нельзя.`,
          `The portal fills the field “${target.label}” itself; it cannot be written.`,
        ),
        text('Выберите другое поле.', 'Choose another field.'),
      )
    }
    if (mapping.entity === 'lead' && world.crmMode === 'simple') {
      add(
        'mapping-lead-in-simple-mode',
        '/entity',
        text(
          'Строка пишет в лид, а в простом режиме CRM лидов нет.',
          'The line writes into a lead, but simple CRM mode has no leads.',
        ),
        text('Выберите сделку или контакт.', 'Choose a deal or a contact.'),
      )
    }
    const first = value.fieldMappings.findIndex(
      (other) => other.active && other.entity === mapping.entity && other.target === mapping.target,
    )
    if (first !== index) {
      found.push({
        code: 'mapping-target-twice',
        pointer: `${at}/target`,
        severity: 'note',
        message: text(
          `В поле ${mapping.target} уже пишет строка ${first + 1}: эта действует, только когда той нечего записать.`,
          `Line ${first + 1} writes into the field ${mapping.target} already: this one applies only when that one has nothing to write.`,
        ),
        advice: text(
          'Если это не запасная строка, удалите её.',
          'Unless this is meant as a fallback, delete it.',
        ),
      })
    }
    return found
  })
}

function mappingsOff(): Found {
  return {
    code: 'mappings-off',
    pointer: '/mapFields',
    severity: 'note',
    message: text(
      'Соответствие полей настроено, но передача полей выключена: ни одно поле не пишется.',
      'The field mapping is set up, but passing fields is off: no field is written.',
    ),
    advice: text(
      'Включите передачу полей или выключите строки.',
      'Switch passing fields on or switch the lines off.',
    ),
  }
}

function nothingMapped(): Found {
  return {
    code: 'nothing-mapped',
    pointer: '/mapFields',
    severity: 'note',
    message: text(
      'Передача полей включена, но ни одна строка соответствия не включена.',
      'Passing fields is on, but no line of the mapping is.',
    ),
    advice: text('Добавьте строку или выключите передачу полей.', 'Add a line or switch passing fields off.'),
  }
}
