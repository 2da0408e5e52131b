import type { FieldFill, PlanStep } from '@trunkline/contracts/crm/plan'
import { describe, expect, it } from 'vitest'
import type { MemoryLedger } from '../testing/memory-ledger.ts'
import { createMemoryLedger } from '../testing/memory-ledger.ts'
import {
  connectForTest,
  onPortalOf,
  PORTAL_KINDS,
  type SandboxConnection,
} from '../testing/sandbox-connection.ts'
import { executeSteps } from './execute-steps.ts'
import type { StepsResult, WriteContext } from './ledger-step.ts'

async function run(
  connection: SandboxConnection,
  ledger: MemoryLedger,
  how: Partial<WriteContext> = {},
): Promise<StepsResult> {
  const context = { portalOrigin: connection.portal.url, settleMs: 0, ...how }
  for (let turn = 0; ; turn++) {
    const result = await executeSteps(connection.pump, ledger.steps(), ledger, context)
    if (result.state === 'done' || result.state === 'failed' || turn === 5) return result
  }
}

const deal = (fields: Extract<PlanStep, { kind: 'create-deal' }>['fields']): PlanStep => ({
  kind: 'create-deal',
  key: 'deal',
  fields: { title: 'Чат', ...fields },
})
const activity: PlanStep = {
  kind: 'create-activity',
  key: 'activity',
  target: { step: 'deal' },
  subject: 'Ответить',
  responsibleId: '1',
  deadlineAt: '2026-12-01T10:00:00.250Z',
}
const withActivity = () =>
  createMemoryLedger([
    [deal({})],
    [activity, { description: 'Чат № 1\nhttp://hub.test/1#step-1;', marker: '#step-1;' }],
  ])

/** The demo portal's deal with the city «Казань», which is read and filled here. */
const existingDeal = ({ portal }: SandboxConnection) =>
  portal.crm.deals.find((one) => one['ufCrmCity'] === 'Казань') ??
  portal.edit.create('deal', { title: 'Старая', ufCrmCity: 'Казань' }, 1)
const fill = (id: number, fields: readonly FieldFill[]) =>
  createMemoryLedger([
    [{ kind: 'fill-fields', key: 'fields', target: { type: 'deal', id: String(id) }, fields }],
  ])

function withCity(connection: SandboxConnection): SandboxConnection {
  const known = connection.portal.state.userFields.some(({ fieldName }) => fieldName === 'UF_CRM_CITY')
  if (!known)
    connection.portal.schema.addUserField('deal', {
      fieldName: 'UF_CRM_CITY',
      userTypeId: 'string',
      label: 'Город',
    })
  return connection
}

describe.each(PORTAL_KINDS)('a new card (%s)', (kind) => {
  onPortalOf(kind)

  it('stands on its stage of its pipeline and has its mapped fields', async () => {
    const connection = withCity(await connectForTest())
    const ledger = createMemoryLedger([
      [
        deal({
          pipelineId: '1',
          stageId: 'C1:UC_DIAG01',
          custom: { UF_CRM_CITY: 'Пермь', comments: 'Слова' },
        }),
      ],
    ])
    expect(await run(connection, ledger)).toMatchObject({ state: 'done' })
    expect(connection.portal.crm.deals.at(-1)).toMatchObject({
      categoryId: 1,
      stageId: 'C1:UC_DIAG01',
      ufCrmCity: 'Пермь',
      comments: 'Слова',
    })
  })

  it('is made without what the portal refuses, and the ledger says what that was', async () => {
    const connection = withCity(await connectForTest())
    const ledger = createMemoryLedger([
      [deal({ pipelineId: '1', stageId: 'C1:UC_GONE', custom: { UF_CRM_CITY: 'Пермь' } })],
    ])
    const { deals } = connection.portal.crm
    expect(await run(connection, ledger)).toMatchObject({ state: 'done' })
    expect(connection.portal.crm.deals).toHaveLength(deals.length + 1)
    expect(connection.portal.crm.deals.at(-1)).toMatchObject({
      categoryId: 1,
      stageId: 'C1:NEW',
      ufCrmCity: 'Пермь',
    })
    expect(ledger.rows[0]).toMatchObject({ state: 'done', error: { code: 'portal/fields-left-out' } })
    expect(ledger.rows[0]!.error!.detail).toMatch(/^stage:/)
  })

  it('is not made when the caller wants to plan anew, and nothing else of the plan runs', async () => {
    const connection = await connectForTest()
    const ledger = createMemoryLedger([
      [deal({ stageId: 'GONE' })],
      [activity, { description: 'm;', marker: 'm;' }],
    ])
    const before = connection.portal.crm
    expect(await run(connection, ledger, { onFieldRefused: 'stop' })).toMatchObject({
      state: 'failed',
      fieldsRefused: true,
    })
    expect(connection.portal.crm.deals).toHaveLength(before.deals.length)
    expect(connection.portal.crm.activities).toHaveLength(before.activities.length)
  })
})

describe.each(PORTAL_KINDS)('a to-do (%s)', (kind) => {
  onPortalOf(kind)

  it('is bound to the card of the same plan, with its responsible and deadline', async () => {
    const connection = await connectForTest()
    const ledger = withActivity()
    expect(await run(connection, ledger)).toMatchObject({ state: 'done' })
    expect(connection.portal.counts.hits).toBe(1)
    const made = connection.portal.crm.activities.at(-1)!
    expect(made).toMatchObject({
      generation: 'todo',
      ownerTypeId: 2,
      ownerId: connection.portal.crm.deals.at(-1)!.id,
    })
    expect(made.fields).toMatchObject({ SUBJECT: 'Ответить', RESPONSIBLE_ID: 1 })
    expect(Date.parse(String(made.fields['DEADLINE']))).toBe(Date.parse('2026-12-01T10:00:00Z'))
    expect(ledger.rows[1]!.remoteId).toBe(String(made.id))
  })

  it.each(['cut-before', 'cut-after'] as const)('is made once when the portal makes %s', async (kind) => {
    const connection = await connectForTest()
    const before = connection.portal.crm.activities.length
    connection.portal.faults.add({ kind, method: 'crm.activity.todo.add', count: 1 })
    expect(await run(connection, withActivity())).toMatchObject({ state: 'done' })
    expect(connection.portal.crm.activities).toHaveLength(before + 1)
  })
})

describe.each(PORTAL_KINDS)('mapped fields of a card that was found (%s)', (kind) => {
  onPortalOf(kind)

  it('keep what is there unless the policy says otherwise, and write nothing twice', async () => {
    const connection = withCity(await connectForTest())
    const { id } = existingDeal(connection)
    const updates = () => connection.portal.counts.byMethod['crm.item.update'] ?? 0
    const fields: FieldFill[] = [
      { code: 'UF_CRM_CITY', value: 'Пермь', policy: 'only-if-empty' },
      { code: 'comments', value: 'Новые слова', policy: 'overwrite' },
      { code: 'utmSource', value: 'yandex', policy: 'only-if-empty' },
    ]
    expect(await run(connection, fill(id, fields))).toMatchObject({ state: 'done' })
    expect(connection.portal.crm.record('deal', id)).toMatchObject({
      ufCrmCity: 'Казань',
      comments: 'Новые слова',
      utmSource: 'yandex',
    })
    expect(updates()).toBe(1)
    expect(await run(connection, fill(id, fields))).toMatchObject({ state: 'done' })
    expect(updates()).toBe(1)
  })

  it('of a card that was deleted are left, and the plan goes on', async () => {
    const connection = await connectForTest()
    const ledger = fill(999_999, [{ code: 'comments', value: 'Слова', policy: 'overwrite' }])
    expect(await run(connection, ledger)).toMatchObject({ state: 'done' })
    expect(ledger.rows[0]).toMatchObject({ state: 'done', error: { code: 'portal/fields-left-out' } })
  })
})

describe.each(PORTAL_KINDS)('files and comments (%s)', (kind) => {
  onPortalOf(kind)

  it('files come whole with a comment of their own', async () => {
    const connection = await connectForTest()
    const { id } = existingDeal(withCity(connection))
    const content = Buffer.from('содержимое + / = $result[x]')
    const ledger = createMemoryLedger([
      [
        { kind: 'attach-files', key: 'files', target: { type: 'deal', id: String(id) }, fileIds: ['f1'] },
        { comment: 'Файлы m;', marker: 'm;', openFiles: async () => [{ name: 'договор.pdf', content }] },
      ],
    ])
    expect(await run(connection, ledger)).toMatchObject({ state: 'done' })
    expect(connection.portal.crm.commentsOf('deal', id).at(-1)).toMatchObject({
      text: 'Файлы m;',
      files: [{ name: 'договор.pdf', sizeBytes: content.length }],
    })
  })

  it('a comment leaves its card only after it stands in the other one, and one that is gone is no failure', async () => {
    const connection = withCity(await connectForTest())
    const from = existingDeal(connection).id
    const to = connection.portal.edit.create('deal', { title: 'Другая' }, 1).id
    const written = createMemoryLedger([
      [
        { kind: 'comment', key: 'c', target: { type: 'deal', id: String(from) } },
        { comment: 'm;', marker: 'm;' },
      ],
    ])
    await run(connection, written)
    const commentId = written.rows[0]!.remoteId!
    const removal = (): PlanStep => ({
      kind: 'remove-comment',
      key: 'r',
      target: { type: 'deal', id: String(from) },
      commentId,
      after: ['new'],
    })
    const move = createMemoryLedger([
      [removal()],
      [
        { kind: 'comment', key: 'new', target: { type: 'deal', id: String(to) } },
        { comment: 'm;', marker: 'm;' },
      ],
    ])
    expect(await run(connection, move)).toMatchObject({ state: 'done' })
    expect(move.history.indexOf('new sent → done')).toBeLessThan(move.history.indexOf('r planned → sent'))
    expect(connection.portal.crm.commentsOf('deal', from).filter(({ text }) => text === 'm;')).toEqual([])
    expect(connection.portal.crm.commentsOf('deal', to)).toHaveLength(1)
    const again = createMemoryLedger([[{ ...removal(), after: [] } as PlanStep]])
    expect(await run(connection, again)).toMatchObject({ state: 'done' })
    expect(again.rows[0]!.error).toBeUndefined()
  })
})
