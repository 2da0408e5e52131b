import type { EntityType } from '@trunkline/contracts/crm/entity'
import { type Text, text } from '@trunkline/contracts/locale'
import type { Rule, RuleGroup } from '@trunkline/contracts/rules/condition'
import type { PassingSectionName } from '@trunkline/contracts/settings/index'
import type {
  FileChannel,
  FileField,
  FileGroup,
  FileNamed,
  FilePlace,
  FileRule,
  FileUser,
} from '@trunkline/contracts/settings/integration-file'
import type { Place } from '@trunkline/contracts/settings/rules'
import { conditionFields, fieldNamed } from '../rules/catalogue.ts'
import { type Candidate, type Meant, resolve } from './file-names.ts'
import type { SettingsWorld } from './settings-world.ts'

/** Writes names beside the ids. Pure; a thing that is gone keeps its id alone. */
export function fileWriter(world: SettingsWorld, section: PassingSectionName) {
  const named = (id: string, things: readonly { readonly id: string; readonly name: string }[] | null) =>
    id === '' ? {} : some({ name: things?.find((one) => one.id === id)?.name, id })

  function channel(id: string): FileChannel {
    const found = world.channels.find((one) => one.id === id)
    return id === '' ? {} : some({ title: found?.title, type: found?.type, id })
  }
  function user(id: string): FileUser {
    const found = world.portalUsers?.find((one) => one.id === id)
    return id === '' ? {} : some({ name: found?.name, email: found?.email, id })
  }
  function place(value: Place): FilePlace {
    const pipelines = world.pipelines ?? []
    const stages = pipelines
      .filter((one) => value.pipelineId === '' || one.id === value.pipelineId)
      .flatMap((one) => one.stages)
    return {
      leadStage: named(value.leadStageId, world.leadStages),
      pipeline: named(value.pipelineId, pipelines),
      dealStage: named(value.dealStageId, stages),
    }
  }
  function field(entity: EntityType, code: string): FileField {
    return some({ label: world.cardFields?.[entity]?.find((one) => one.code === code)?.label, code })
  }
  function group(value: RuleGroup): FileGroup {
    return {
      combinator: value.combinator,
      ...(value.not === undefined ? {} : { not: value.not }),
      rules: value.rules.map((child) => ('rules' in child ? group(child) : comparison(child))),
    }
  }
  function comparison(rule: Rule): FileRule {
    const kind = idsOf(rule.field, section)
    if (kind === undefined) return { ...rule }
    const write = kind === 'channels' ? channel : user
    const one = (given: unknown) => (typeof given === 'string' && given !== '' ? write(given) : given)
    const value = Array.isArray(rule.value) ? rule.value.map(one) : one(rule.value)
    return { field: rule.field, operator: rule.operator, value: value as FileRule['value'] }
  }
  return { channel, user, place, field, group }
}

export interface FileProblem {
  /** JSON Pointer into the document. */
  readonly pointer: string
  readonly code: string
  readonly message: Text
}

/** Finds the ids behind the names; what is not found goes to `problems`. */
export function fileReader(world: SettingsWorld, section: PassingSectionName, problems: FileProblem[]) {
  function id(
    meant: Meant,
    candidates: readonly Candidate[] | null,
    what: Text,
    pointer: string,
    lasting = false,
  ): string {
    const { id: found, problem } = resolve(meant, candidates, what, lasting)
    if (problem) problems.push({ pointer, ...problem })
    return found
  }
  const channels = world.channels.map(({ title, type, ...one }) => ({ ...one, name: title, kind: type }))

  function channel(value: FileChannel, pointer: string): string {
    const { title, type, id: given } = value
    const meant = some({ id: given, name: title, kind: type })
    return id(meant, channels, text('Канал', 'Channel'), pointer, true)
  }
  function user(value: FileUser, pointer: string): string {
    return id(value, world.portalUsers, text('Сотрудник', 'User'), pointer)
  }
  function place(value: FilePlace, pointer: string): Place {
    const stageOf = text('Стадия', 'Stage')
    const pipelineId = id(value.pipeline, world.pipelines, text('Воронка', 'Pipeline'), `${pointer}/pipeline`)
    const stages =
      world.pipelines
        ?.filter((one) => pipelineId === '' || one.id === pipelineId)
        .flatMap((one) => one.stages) ?? null
    return {
      leadStageId: id(value.leadStage, world.leadStages, stageOf, `${pointer}/leadStage`),
      pipelineId,
      dealStageId: id(value.dealStage, stages, stageOf, `${pointer}/dealStage`),
    }
  }
  function field(entity: EntityType, value: FileField, pointer: string): string {
    const fields =
      world.cardFields === null
        ? null
        : (world.cardFields[entity] ?? []).map((one) => ({ id: one.code, name: one.label }))
    const found = id(some({ id: value.code, name: value.label }), fields, text('Поле', 'Field'), pointer)
    if (found === '' && !problems.some((one) => one.pointer === pointer)) {
      problems.push({
        pointer,
        code: 'required',
        message: text('Укажите код или название поля.', 'Give the code or the label of the field.'),
      })
    }
    return found
  }
  function group(value: FileGroup, pointer: string): RuleGroup {
    return {
      combinator: value.combinator,
      ...(value.not === undefined ? {} : { not: value.not }),
      rules: value.rules.map((child, index) =>
        'rules' in child
          ? group(child, `${pointer}/rules/${index}`)
          : comparison(child, `${pointer}/rules/${index}/value`),
      ),
    }
  }
  function comparison(rule: FileRule, pointer: string): Rule {
    const kind = idsOf(rule.field, section)
    const one = (given: unknown, at: string): unknown => {
      if (typeof given !== 'object' || given === null) return given
      const { title, name, ...rest } = given as FileChannel & FileNamed
      if (kind === 'portal-users') return user(some({ ...rest, name: name ?? title }), at)
      return channel(some({ ...rest, title: title ?? name }), at)
    }
    const value = Array.isArray(rule.value)
      ? rule.value.map((given, index) => one(given, `${pointer}/${index}`))
      : one(rule.value, pointer)
    return { field: rule.field, operator: rule.operator, value: value as Rule['value'] }
  }
  return { channel, user, place, field, group }
}

/** Whether a parameter of conditions holds ids that differ between installations. */
function idsOf(name: string, section: PassingSectionName): 'channels' | 'portal-users' | undefined {
  const choices = fieldNamed(conditionFields(section), name)?.choices
  return choices === 'channels' || choices === 'portal-users' ? choices : undefined
}

/** Leaves out what is not known. */
function some<T extends Readonly<Record<string, string | undefined>>>(
  given: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
