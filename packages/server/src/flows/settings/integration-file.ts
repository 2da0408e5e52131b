import { type FieldProblem, HubError } from '@trunkline/contracts/errors'
import type { IntegrationApplied, IntegrationPlan, SettingsChange } from '@trunkline/contracts/http/settings'
import type { IntegrationId } from '@trunkline/contracts/ids'
import {
  type IntegrationSettings,
  SECTION_NAMES,
  type SectionName,
} from '@trunkline/contracts/settings/index'
import { fileKey } from '@trunkline/contracts/settings/integration-file'
import { filePlan, fromFile, toFile } from '@trunkline/domain/settings/integration-file'
import type { Tx } from '../../store/database.ts'
import { lockIntegrations } from '../../store/settings.ts'
import type { Member } from '../people/user-book.ts'
import { printYaml, readYaml } from './integration-yaml.ts'
import { afterSaving, sectionProblems, writeSection } from './save-section.ts'
import { loadGround, type SettingsGround } from './settings-ground.ts'
import { changeView } from './settings-versions.ts'
import { settingsWorld } from './settings-world.ts'

/** The saved settings of the integration as a YAML file. */
export async function exportIntegration(tx: Tx, integrationId?: IntegrationId): Promise<string> {
  const ground = await loadGround(tx, integrationId)
  return printYaml(toFile(ground.settings, settingsWorld(ground)))
}

/** What a file would change, and what must be mended in it first. Nothing is saved. */
export async function planIntegration(
  tx: Tx,
  yaml: string,
  integrationId?: IntegrationId,
): Promise<IntegrationPlan> {
  const ground = await loadGround(tx, integrationId)
  const meant = readMeant(ground, yaml)
  return {
    changes: meant.changes,
    problems: meant.problems,
    versions: { ...ground.settings.versions },
    applicable: meant.problems.length === 0 && meant.changes.length > 0,
  }
}

/**
 * Saves every section that a file changes, all or none. What was held is looked at again.
 * @throws HubError `settings/not-saved` with the problems of the file, `request/conflict` when somebody saved since the
 * plan was made.
 */
export async function applyIntegration(
  tx: Tx,
  actor: Member,
  wish: { yaml: string; versions: Readonly<Record<string, number>>; reason: string | undefined },
  integrationId?: IntegrationId,
): Promise<IntegrationApplied> {
  await lockIntegrations(tx)
  const ground = await loadGround(tx, integrationId)
  const meant = readMeant(ground, wish.yaml)
  if (meant.problems.length > 0)
    throw new HubError('settings/not-saved', {
      fields: meant.problems.map(({ pointer, code, message }) => ({ pointer, code, text: message })),
    })
  if (SECTION_NAMES.some((section) => wish.versions[section] !== ground.settings.versions[section]))
    throw new HubError('request/conflict')
  const saved: Record<string, number> = {}
  for (const section of new Set(meant.changes.map((change) => change.section as SectionName)))
    saved[section] = await writeSection(tx, actor, ground.integration.id, section, {
      value: { ...meant.settings[section] },
      version: ground.settings.versions[section],
      reason: wish.reason,
      action: 'settings-imported',
    })
  if (meant.changes.length > 0) await afterSaving(tx)
  return { saved, changes: meant.changes }
}

interface Meant {
  readonly settings: Omit<IntegrationSettings, 'versions'>
  readonly changes: SettingsChange[]
  readonly problems: IntegrationPlan['problems']
}

/** What a file means here: the settings, how they differ from the saved ones, and what keeps them from being saved. */
function readMeant(ground: SettingsGround, yaml: string): Meant {
  const read = readYaml(yaml)
  const view = (
    problem: FieldProblem,
    section: SectionName | undefined,
  ): IntegrationPlan['problems'][number] => ({
    section: section ?? null,
    pointer: problem.pointer,
    code: problem.code,
    message: { ...problem.text },
    line: read.lineOf(problem.pointer) ?? null,
  })
  if (read.file === undefined)
    return {
      settings: ground.settings,
      changes: [],
      problems: read.problems.map((problem) => view(problem, sectionIn(problem.pointer))),
    }
  const world = settingsWorld(ground)
  const { settings, problems } = fromFile(read.file, world, ground.settings)
  const plan = filePlan(ground.settings, settings, world)
  const changes = plan.flatMap(({ section, changes: of }) => of.map((change) => changeView(section, change)))
  const found = problems.map(({ section, pointer, code, message }) =>
    view({ pointer, code, text: message }, section),
  )
  // What the rules of saving say of the sections that change, all of them taken together.
  const next: SettingsGround = { ...ground, settings: { ...ground.settings, ...settings } }
  for (const { section } of plan) {
    const looked = sectionProblems(next, section, { ...settings[section] }, `/sections/${section}`)
    if (!('problems' in looked)) continue
    for (const problem of looked.problems) {
      const pointer = documentPointer(problem.pointer)
      if (!found.some((one) => one.pointer === pointer)) found.push(view({ ...problem, pointer }, section))
    }
  }
  return { settings, changes, problems: found }
}

/** `/sections/chats/defaultResponsibleId` → `/sections/chats/defaultResponsible`: as the document calls it. */
function documentPointer(pointer: string): string {
  return pointer
    .split('/')
    .map((part) => (part === 'userId' ? 'responsible' : fileKey(part)))
    .join('/')
}

function sectionIn(pointer: string): SectionName | undefined {
  const [, first, name] = pointer.split('/')
  return first === 'sections' ? SECTION_NAMES.find((section) => section === name) : undefined
}
