import type { FieldAnnotations } from '@trunkline/contracts/settings/field'
import {
  type IntegrationSettings,
  type PassingSectionName,
  SECTION_NAMES,
  SECTIONS,
  type SectionName,
} from '@trunkline/contracts/settings/index'
import {
  type FileChannel,
  type FileField,
  type FileGroup,
  type FilePlace,
  type FileUser,
  fileKey,
  type IntegrationFile,
} from '@trunkline/contracts/settings/integration-file'
import type {
  FieldMapping,
  Place,
  PlaceRule,
  ResponsibleRule,
  TransferRule,
} from '@trunkline/contracts/settings/rules'
import { diff, type SettingChange } from './diff.ts'
import { type FileProblem, fileReader, fileWriter } from './file-codec.ts'
import { namesOf, type SettingsWorld } from './settings-world.ts'

export type { FileProblem } from './file-codec.ts'

type Settings = Omit<IntegrationSettings, 'versions'>
type Control = NonNullable<FieldAnnotations['control']>
type Writer = ReturnType<typeof fileWriter>
type Reader = ReturnType<typeof fileReader>

/** The settings of an integration as a document with names beside ids. Plain data: whoever calls makes YAML of it. */
export function toFile(settings: Settings, world: SettingsWorld): IntegrationFile {
  const sections: IntegrationFile['sections'] = {}
  for (const section of SECTION_NAMES) {
    const writer = fileWriter(world, wordsOf(section))
    sections[section] = Object.fromEntries(
      settingsOf(section).map(([key, control]) => {
        const value = (settings[section] as unknown as Readonly<Record<string, unknown>>)[key]
        const write = control && WRITE[control]
        return [fileKey(key), write ? write(value as never, writer) : value]
      }),
    )
  }
  return { trunkline: 'integration', version: 1, sections }
}

/**
 * The settings that a document means in this installation. Call it with a document that fits the schema
 * (`IntegrationFile` of the contracts); what it leaves out, a section
 * or a setting that came later, is taken from `present`.
 *
 * While there are problems the settings may not be saved: what a problem is about keeps the id of the document.
 * `fromFile(toFile(s, w), w, any).settings` equals `s`.
 */
export function fromFile(
  file: IntegrationFile,
  world: SettingsWorld,
  present: Settings,
): { readonly settings: Settings; readonly problems: readonly (FileProblem & { section: SectionName })[] } {
  const problems: (FileProblem & { section: SectionName })[] = []
  const read = SECTION_NAMES.map((section) => {
    const given = file.sections[section]
    if (given === undefined) return [section, present[section]]
    const found: FileProblem[] = []
    const reader = fileReader(world, wordsOf(section), found)
    const value = Object.fromEntries(
      settingsOf(section).map(([key, control]) => {
        const name = fileKey(key)
        const take = control && READ[control]
        const pointer = `/sections/${section}/${name}`
        if (given[name] === undefined) return [key, present[section][key as never]]
        return [key, take ? take(given[name] as never, reader, pointer) : given[name]]
      }),
    )
    problems.push(...found.map((problem) => ({ ...problem, section })))
    return [section, value]
  })
  return { settings: Object.fromEntries(read) as Settings, problems }
}

/** What applying the settings of a file would change, in words, section by section. */
export function filePlan(
  present: Settings,
  next: Settings,
  world: SettingsWorld,
): { readonly section: SectionName; readonly changes: readonly SettingChange[] }[] {
  const names = namesOf(world)
  return SECTION_NAMES.map((section) => ({
    section,
    changes: diff(section, present[section] as never, next[section] as never, names),
  })).filter(({ changes }) => changes.length > 0)
}

type Named<R> = Omit<R, 'when' | 'except'> & { readonly when: FileGroup; readonly except?: FileGroup }
type NewRule<R> = Omit<R, 'id'> & { readonly id?: string }

/** How a setting drawn by this control is written; absent = as it is. */
const WRITE: Partial<Record<Control, (value: never, writer: Writer) => unknown>> = {
  channels: (ids: readonly string[], { channel }) => ids.map(channel),
  'portal-user': (id: string, { user }) => user(id),
  place: (value: Place, { place }) => place(value),
  'transfer-rules': (rules: readonly TransferRule[], { group }) =>
    rules.map(({ when, ...rule }) => ({ ...rule, when: group(when) })),
  'responsible-rules': (rules: readonly ResponsibleRule[], { group, user }) =>
    rules.map(({ when, userId, ...rule }) => ({ ...rule, when: group(when), responsible: user(userId) })),
  'place-rules': (rules: readonly PlaceRule[], { group, place }) =>
    rules.map(({ when, except, place: where, ...rule }) => ({
      ...rule,
      when: group(when),
      ...(except ? { except: group(except) } : {}),
      place: place(where),
    })),
  'field-mappings': (mappings: readonly FieldMapping[], { field }) =>
    mappings.map(({ target, ...mapping }) => ({ ...mapping, target: field(mapping.entity, target) })),
}

/** How it is read back. `pointer`: of the setting in the document. */
const READ: Partial<Record<Control, (value: never, reader: Reader, pointer: string) => unknown>> = {
  channels: (channels: readonly FileChannel[], { channel }, pointer) =>
    channels.map((one, index) => channel(one, `${pointer}/${index}`)),
  'portal-user': (value: FileUser, { user }, pointer) => user(value, pointer),
  place: (value: FilePlace, { place }, pointer) => place(value, pointer),
  'transfer-rules': (rules: readonly NewRule<Named<TransferRule>>[], { group }, pointer) =>
    withIds(rules).map(({ when, ...rule }, index) => ({
      ...rule,
      when: group(when, `${pointer}/${index}/when`),
    })),
  'responsible-rules': (
    rules: readonly (NewRule<Named<Omit<ResponsibleRule, 'userId'>>> & { responsible: FileUser })[],
    { group, user },
    pointer,
  ) =>
    withIds(rules).map(({ when, responsible, ...rule }, index) => ({
      ...rule,
      when: group(when, `${pointer}/${index}/when`),
      userId: user(responsible, `${pointer}/${index}/responsible`),
    })),
  'place-rules': (
    rules: readonly (NewRule<Named<Omit<PlaceRule, 'place'>>> & { place: FilePlace })[],
    { group, place },
    pointer,
  ) =>
    withIds(rules).map(({ when, except, place: where, ...rule }, index) => ({
      ...rule,
      when: group(when, `${pointer}/${index}/when`),
      ...(except ? { except: group(except, `${pointer}/${index}/except`) } : {}),
      place: place(where, `${pointer}/${index}/place`),
    })),
  'field-mappings': (
    mappings: readonly (NewRule<Omit<FieldMapping, 'target'>> & { target: FileField })[],
    { field },
    pointer,
  ) =>
    withIds(mappings).map(({ target, ...mapping }, index) => ({
      ...mapping,
      target: field(mapping.entity, target, `${pointer}/${index}/target`),
    })),
}

/** Gives rules written by hand an id that no other of the list has. */
function withIds<R extends { readonly id?: string }>(rules: readonly R[]): (R & { readonly id: string })[] {
  const taken = new Set(rules.flatMap((rule) => rule.id ?? []))
  let next = 1
  return rules.map((rule) => {
    if (rule.id !== undefined) return { ...rule, id: rule.id }
    while (taken.has(`file-${next}`)) next++
    return { ...rule, id: `file-${next++}` }
  })
}

/** Settings of a section with the control that draws each. */
function settingsOf(section: SectionName): [key: string, control: Control | undefined][] {
  const properties = SECTIONS[section].schema.properties as Readonly<
    Record<string, Pick<FieldAnnotations, 'control'>>
  >
  return Object.entries(properties).map(([key, schema]) => [key, schema.control])
}

/** Whose parameters conditions use; Main has none. */
function wordsOf(section: SectionName): PassingSectionName {
  return section === 'main' ? 'chats' : section
}
