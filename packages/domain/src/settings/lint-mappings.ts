import { type Text, text } from '@trunkline/contracts/locale'
import type { PassingSectionName, PassingSettings } from '@trunkline/contracts/settings/index'
import type { FieldMapping } from '@trunkline/contracts/settings/rules'
import type { FindingCode, Found } from './finding.ts'
import { type MappingFault, mappingFaults, writesBefore } from './reference-faults.ts'
import type { SettingsWorld } from './settings-world.ts'

/** Lines of the field mapping that write nothing: broken, idle or doubled. */
export function mappingFindings(
  section: PassingSectionName,
  value: PassingSettings,
  world: SettingsWorld,
): Found[] {
  const active = value.fieldMappings.filter((mapping) => mapping.active)
  if (!value.mapFields) return active.length === 0 ? [] : [mappingsOff()]
  if (active.length === 0) return [nothingMapped()]
  return value.fieldMappings.flatMap((mapping, index): Found[] => {
    if (!mapping.active) return []
    const at = `/fieldMappings/${index}`
    const faults = mappingFaults(section, mapping, world).map(
      (fault): Found => ({
        pointer: `${at}/${fault.at}`,
        severity: 'warning',
        ...faultFinding(fault, section, mapping),
      }),
    )
    const idle = mapping.entity === 'lead' && world.crmMode === 'simple' ? [leadInSimpleMode(at)] : []
    const before = writesBefore(value.fieldMappings, index)
    return [...faults, ...idle, ...(before === undefined ? [] : [fallback(at, mapping, before)])]
  })
}

function faultFinding(
  fault: MappingFault,
  section: PassingSectionName,
  { source, target }: FieldMapping,
): { code: FindingCode; message: Text; advice: Text } {
  const another = text('Выберите другое поле.', 'Choose another field.')
  switch (fault.fault) {
    case 'unknown':
      return {
        code: 'mapping-source-unknown',
        message: text(
          `Строка пишет «${source}», а такого поля у ${section === 'chats' ? 'чатов' : 'заявок'} нет.`,
          `The line writes “${source}”, but ${section === 'chats' ? 'chats have' : 'requests have'} no such field.`,
        ),
        advice: text('Выберите поле из списка.', 'Choose a field from the list.'),
      }
    case 'gone':
      return {
        code: 'mapping-target-gone',
        message: text(
          `Поля ${target} на портале больше нет: строка не пишется, карточка создаётся без неё.`,
          `The portal no longer has the field ${target}: the line is not written, the card is made without it.`,
        ),
        advice: another,
      }
    case 'read-only':
      return {
        code: 'mapping-target-read-only',
        message: text(
          `Поле «${fault.field.label}» портал заполняет сам, записать в него нельзя.`,
          `The portal fills the field “${fault.field.label}” itself; it cannot be written.`,
        ),
        advice: another,
      }
    case 'misfit':
      return {
        code: 'mapping-target-misfit',
        message: text(
          `Параметр «${fault.source.label.ru}» не подходит к типу поля «${fault.field.label}»: строка не пишется.`,
          `The parameter “${fault.source.label.en}” does not fit the type of the field “${fault.field.label}”: the line is not written.`,
        ),
        advice: another,
      }
  }
}

function leadInSimpleMode(at: string): Found {
  return {
    code: 'mapping-lead-in-simple-mode',
    pointer: `${at}/entity`,
    severity: 'warning',
    message: text(
      'Строка пишет в лид, а в простом режиме CRM лидов нет.',
      'The line writes into a lead, but simple CRM mode has no leads.',
    ),
    advice: text('Выберите сделку или контакт.', 'Choose a deal or a contact.'),
  }
}

/** Two lines of one field are no mistake by themselves: the later one writes when the earlier has nothing to. */
function fallback(at: string, { target }: FieldMapping, before: number): Found {
  return {
    code: 'mapping-target-twice',
    pointer: `${at}/target`,
    severity: 'note',
    message: text(
      `В поле ${target} уже пишет строка ${before + 1}: эта действует, только когда той нечего записать.`,
      `Line ${before + 1} writes into the field ${target} already: this one applies only when that one has nothing to write.`,
    ),
    advice: text(
      'Если это не запасная строка, удалите её.',
      'Unless this is meant as a fallback, delete it.',
    ),
  }
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
