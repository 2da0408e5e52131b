import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { OPERATORS } from '../rules/condition.ts'
import type { FieldAnnotations } from './field.ts'
import { SECTION_NAMES, SECTIONS, type SectionName } from './index.ts'
import { FieldMapping, PlaceRule, ResponsibleRule, TransferRule } from './rules.ts'

/**
 * An integration as one document that people read, keep and carry to another installation. It is the settings with the
 * same names and order, but wherever they point to a thing by id, the document has the names beside the id. Such a
 * pointer without anything in it means "none".
 */

const strict = { additionalProperties: false } as const
const words = () => Type.Optional(Type.String({ maxLength: 300 }))

export const FileChannel = Type.Object({ title: words(), type: words(), id: words() }, strict)
export type FileChannel = Static<typeof FileChannel>
export const FileUser = Type.Object({ name: words(), email: words(), id: words() }, strict)
export type FileUser = Static<typeof FileUser>
export const FileNamed = Type.Object({ name: words(), id: words() }, strict)
export type FileNamed = Static<typeof FileNamed>
export const FileField = Type.Object({ label: words(), code: words() }, strict)
export type FileField = Static<typeof FileField>
export const FilePlace = Type.Object(
  { leadStage: FileNamed, pipeline: FileNamed, dealStage: FileNamed },
  strict,
)
export type FilePlace = Static<typeof FilePlace>

/** A condition; the value of a choice may be a channel or a user with its names. */
export interface FileGroup {
  combinator: 'and' | 'or'
  not?: boolean
  rules: (FileRule | FileGroup)[]
}
const FileValue = Type.Union([
  Type.String({ maxLength: 500 }),
  Type.Number(),
  Type.Boolean(),
  Type.Null(),
  Type.Object({ title: words(), name: words(), email: words(), type: words(), id: words() }, strict),
])
const FileRule = Type.Object(
  {
    field: Type.String({ minLength: 1, maxLength: 60 }),
    operator: Type.Enum([...OPERATORS]),
    value: Type.Union([FileValue, Type.Array(FileValue, { maxItems: 200 })]),
  },
  strict,
)
export type FileRule = Static<typeof FileRule>
export const FileGroup = Type.Unsafe<FileGroup>(
  Type.Cyclic(
    {
      FileGroup: Type.Object(
        {
          combinator: Type.Enum(['and', 'or']),
          not: Type.Optional(Type.Boolean()),
          rules: Type.Array(Type.Union([FileRule, Type.Ref('FileGroup')]), { maxItems: 200 }),
        },
        strict,
      ),
    },
    'FileGroup',
  ),
)

/** A rule of the settings as the document has it: the id may be left out of a new one, conditions carry names. */
function fileRule(
  rule: TSchema & { readonly properties: Record<string, TSchema> },
  more: Record<string, TSchema>,
) {
  const { id, when: _when, ...rest } = rule.properties
  return Type.Object({ id: Type.Optional(id ?? Type.String()), ...rest, when: FileGroup, ...more }, strict)
}

function without(schema: { readonly properties: Record<string, TSchema> }, key: string) {
  const { [key]: _left, ...properties } = schema.properties
  return { ...schema, properties } as TSchema & { readonly properties: Record<string, TSchema> }
}

/** What stands in the document for a setting drawn by this control; absent = the setting's own schema. */
const BY_CONTROL: Readonly<
  Partial<Record<NonNullable<FieldAnnotations['control']>, (setting: TSchema) => TSchema>>
> = {
  channels: () => Type.Array(FileChannel, { maxItems: 500 }),
  'portal-user': () => FileUser,
  place: () => FilePlace,
  'transfer-rules': () => Type.Array(fileRule(TransferRule, {})),
  'responsible-rules': () =>
    Type.Array(fileRule(without(ResponsibleRule, 'userId'), { responsible: FileUser })),
  'place-rules': () =>
    Type.Array(
      fileRule(without(without(PlaceRule, 'place'), 'except'), {
        except: Type.Optional(FileGroup),
        place: FilePlace,
      }),
    ),
  'field-mappings': () => {
    const { id, target: _target, ...rest } = FieldMapping.properties
    return Type.Array(Type.Object({ id: Type.Optional(id), ...rest, target: FileField }, strict))
  },
}

/** Name of a setting in the document: one that held an id holds the thing there. */
export function fileKey(setting: string): string {
  return setting.replace(/Ids$/, 's').replace(/Id$/, '')
}

function fileSection(section: SectionName): TSchema {
  const properties = SECTIONS[section].schema.properties as Readonly<
    Record<string, TSchema & Partial<FieldAnnotations>>
  >
  return Type.Object(
    Object.fromEntries(
      Object.entries(properties).map(([key, schema]) => {
        const written = (schema.control && BY_CONTROL[schema.control]?.(schema)) ?? schema
        return [fileKey(key), schema.laterAdded === true ? Type.Optional(written) : written]
      }),
    ),
    strict,
  )
}

/** The document. A section that is left out stays as it is; a section has all of its settings, but those that came later. */
export const IntegrationFile = Type.Object(
  {
    trunkline: Type.Literal('integration'),
    version: Type.Literal(1),
    sections: Type.Object(
      Object.fromEntries(SECTION_NAMES.map((section) => [section, Type.Optional(fileSection(section))])),
      strict,
    ),
  },
  strict,
)
/** A document of that schema; inside a section the values are read by the control of the setting. */
export interface IntegrationFile {
  trunkline: 'integration'
  version: 1
  sections: Partial<Record<SectionName, Record<string, unknown>>>
}

/** Whether a value is such a document. What is wrong with one that is not, the schema's errors say. */
export function isIntegrationFile(value: unknown): value is IntegrationFile {
  return Value.Check(IntegrationFile, value)
}
