import { expect, test } from 'vitest'
import { loadNotices } from '../../store/settings-notices.ts'
import { type FlowWorld, flowWorld } from '../../testing/flow-world.ts'
import { syncDirectory } from '../portals/sync-directory.ts'
import { noticeBrokenSettings } from './notice-broken-settings.ts'
import { settingsDocument } from './settings-document.ts'

const read = (world: FlowWorld) =>
  syncDirectory(world.database, world.pump(), world.workspaceId, world.portalId)
const notices = async (world: FlowWorld) =>
  (await world.database.inWorkspace(world.workspaceId, loadNotices)).map(
    ({ section, pointer, code }) => `${section}${pointer} ${code}`,
  )

test('a reading of the portal notices a stage, a field and an employee that are gone, and forgets what came back', async () => {
  await using world = await flowWorld()
  world.portal.schema.addStage(0, { id: 'UC_HOT', name: 'Горячие' })
  world.portal.schema.addUserField('deal', {
    fieldName: 'UF_CRM_WORDS',
    userTypeId: 'string',
    label: 'Слова',
  })
  await read(world)
  const when = { combinator: 'and' as const, rules: [] }
  await world.saveChats({
    firstPlaceRules: [
      {
        id: 'r',
        title: 'Горячие',
        active: true,
        when,
        place: { leadStageId: '', pipelineId: '0', dealStageId: 'UC_HOT' },
      },
    ],
    responsibleRules: [{ id: 'w', title: 'Борису', active: true, when, userId: '7' }],
    mapFields: true,
    fieldMappings: [
      {
        id: 'm',
        active: true,
        entity: 'deal',
        source: 'openingText',
        target: 'UF_CRM_WORDS',
        policy: 'overwrite',
      },
    ],
  })
  await read(world)
  expect(await notices(world)).toEqual([])

  world.portal.schema.removeStage('UC_HOT')
  world.portal.schema.removeUserField('deal', 'UF_CRM_WORDS')
  world.portal.edit.dismiss(7)
  await read(world)
  expect((await notices(world)).sort()).toEqual([
    'chats/fieldMappings/0/target mapping-target-gone',
    'chats/firstPlaceRules/0/place/dealStageId stage-gone',
    'chats/responsibleRules/0/userId user-dismissed',
  ])

  world.portal.schema.addStage(0, { id: 'UC_HOT', name: 'Горячие' })
  await read(world)
  expect(await notices(world)).not.toContain('chats/firstPlaceRules/0/place/dealStageId stage-gone')
})

test('a dismissed responsible is told at the field, too; a section that passes nothing raises no notice', async () => {
  await using world = await flowWorld()
  await world.saveChats({ defaultResponsibleId: '7' })
  world.portal.edit.dismiss(7)
  await read(world)
  expect(await notices(world)).toEqual(['chats/defaultResponsibleId user-dismissed'])
  const { warnings } = await world.database.inWorkspace(world.workspaceId, (tx) =>
    settingsDocument(tx, 'chats', 'ru'),
  )
  expect(warnings.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
    '/defaultResponsibleId user-dismissed',
  ])
  await world.saveChats({ enabled: false, defaultResponsibleId: '7' })
  await world.database.inWorkspace(world.workspaceId, noticeBrokenSettings)
  expect(await notices(world)).toEqual([])
})

test('another CRM mode raises a notice about what it leaves without effect (AMB-22)', async () => {
  await using world = await flowWorld({ crmMode: 'classic' })
  world.portal.schema.addUserField('lead', {
    fieldName: 'UF_CRM_WORDS',
    userTypeId: 'string',
    label: 'Слова',
  })
  await read(world)
  await world.saveChats({
    repeatedContactCreates: 'nothing',
    commentPriority: 'lead',
    mapFields: true,
    fieldMappings: [
      {
        id: 'm',
        active: true,
        entity: 'lead',
        source: 'openingText',
        target: 'UF_CRM_WORDS',
        policy: 'overwrite',
      },
    ],
  })
  await read(world)
  expect(await notices(world)).toEqual([])
  world.portal.state.crmMode = 'simple'
  await read(world)
  expect((await notices(world)).sort()).toEqual([
    'chats/commentPriority leads-off',
    'chats/fieldMappings/0/entity mapping-lead-in-simple-mode',
  ])
  world.portal.state.crmMode = 'classic'
  await read(world)
  expect(await notices(world)).toEqual([])
})
