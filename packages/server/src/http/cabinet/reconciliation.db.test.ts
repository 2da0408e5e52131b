import { Reconciliation } from '@trunkline/contracts/http/reconciliation'
import type { StepId } from '@trunkline/contracts/ids'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '../../ids.ts'
import { openRun, saveFindings } from '../../store/reconciliations.ts'
import { type SettingsTestWorld, settingsTestWorld } from '../../testing/settings-world.ts'

let world: SettingsTestWorld
beforeAll(async () => {
  world = await settingsTestWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

const PATH = '/api/reconciliation'

async function shown(): Promise<Reconciliation> {
  const body = await world.owner.call<Reconciliation>('GET', PATH)
  expect([...Value.Errors(Reconciliation, body)]).toEqual([])
  return body
}

it('a finding is told in both languages with its card and conversation, and settled once', async () => {
  expect(await shown()).toEqual({ portalId: world.portalId, run: null, open: 0, findings: [] })
  const first = await world.owner.call<Reconciliation>('POST', PATH)
  const second = await world.owner.call<Reconciliation>('POST', PATH)
  expect(first.run).toMatchObject({ state: 'waiting', askedBy: 'Ольга Хозяйкина' })
  expect(second.run!.id).toBe(first.run!.id)

  const id = newId<string>()
  const conversation = { id: newId<never>(), number: 12 }
  await world.inWorkspace(async (tx) => {
    const run = await openRun(tx, world.integrationId)
    await saveFindings(tx, run!, [
      {
        id,
        key: 'comment-gone:77',
        finding: {
          kind: 'comment-gone',
          contactId: newId<never>(),
          card: { type: 'deal', id: '41', title: 'Букет' },
          conversation,
          stepId: newId<StepId>(),
          part: 1,
          commentId: '77',
        },
      },
    ])
  })
  const { open, findings } = await shown()
  expect(open).toBe(1)
  expect(findings[0]).toMatchObject({
    id,
    state: 'open',
    title: {
      ru: 'Из сделки «Букет» (№ 41) удалён комментарий с перепиской № 12',
      en: 'The comment with conversation No. 12 was deleted from the deal “Букет” (No. 41)',
    },
    cards: [
      {
        type: 'deal',
        id: '41',
        title: 'Букет',
        url: expect.stringMatching(/\/crm\/deal\/details\/41\/$/) as string,
      },
    ],
    conversations: [conversation],
  })
  expect(findings[0]!.repairs.map(({ repair }) => repair)).toEqual(['write-again', 'seen'])

  const seen = await world.owner.call('POST', `${PATH}/findings/${id}`, { repair: 'seen' })
  expect(seen).toMatchObject({ state: 'seen', settledBy: 'Ольга Хозяйкина' })
  expect(await world.owner.call('POST', `${PATH}/findings/${id}`, { repair: 'seen' })).toEqual(seen)
  const audit = await world.query<{ action: string }>(
    `select action from audit_log where action like 'reconciliation%' order by at`,
  )
  expect(audit.map(({ action }) => action)).toEqual(['reconciliation-asked', 'reconciliation-repaired'])
})

it('an operator may not compare, and another company sees nothing of it', async () => {
  const operator = await world.colleague('operator')
  expect((await operator.ask('GET', PATH)).status).toBe(403)
  expect((await operator.ask('POST', PATH)).status).toBe(403)
  const foreigner = await world.foreigner()
  expect(await foreigner.call('GET', PATH)).toEqual({ portalId: null, run: null, open: 0, findings: [] })
  expect((await foreigner.ask('POST', PATH)).status).toBe(409)
  const { findings } = await shown()
  const theirs = await foreigner.ask('POST', `${PATH}/findings/${findings[0]!.id}`, {
    body: { repair: 'seen' },
  })
  expect(theirs.status).toBe(404)
})
