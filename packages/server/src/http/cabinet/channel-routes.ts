import { ChannelPatch, ChannelRequest } from '@trunkline/contracts/http/channels'
import { IdString } from '@trunkline/contracts/http/shared'
import type { ChannelId } from '@trunkline/contracts/ids'
import { Type } from 'typebox'
import { createChannelKey, dropChannelKey, listChannelKeys } from '../../flows/channels/channel-keys.ts'
import { checkChannel, connectChannel, disconnectChannel } from '../../flows/channels/check-channel.ts'
import {
  changeChannel,
  createChannel,
  noteChannel,
  removeChannel,
} from '../../flows/channels/save-channel.ts'
import { channelTypes, channelViews, oneChannelView } from '../../flows/views/channel-view.ts'
import type { HttpContext } from '../context.ts'
import { type CabinetDoor, whoOf } from './door.ts'

const ChannelPath = Type.Object({ id: IdString })
const KeyPath = Type.Object({ id: IdString, keyId: IdString })
const KeyRequest = Type.Object({ title: Type.String({ minLength: 1, maxLength: 100 }) })

/** Types of channels, channels, keys of the client API. */
export function channelRoutes(door: CabinetDoor, context: HttpContext): void {
  const { database, sealer } = context
  const view = (workspaceId: string, id: string) =>
    database.inWorkspace(workspaceId, (tx) => oneChannelView(context, tx, id as ChannelId))

  door.get('/api/channel-types', { config: { allow: 'operator' } }, async () => ({ data: channelTypes() }))
  door.get('/api/channels', { config: { allow: 'operator' } }, async (request) => ({
    data: await database.inWorkspace(whoOf(request).workspaceId, (tx) => channelViews(context, tx)),
  }))
  door.get(
    '/api/channels/:id',
    { config: { allow: 'administrator' }, schema: { params: ChannelPath } },
    async (request) => view(whoOf(request).workspaceId, request.params.id),
  )
  door.post(
    '/api/channels',
    { config: { allow: 'administrator' }, schema: { body: ChannelRequest } },
    async (request, reply) => {
      const who = whoOf(request)
      const id = await database.inWorkspace(who.workspaceId, (tx) =>
        createChannel(tx, sealer, who, request.body),
      )
      return reply.code(201).send(await view(who.workspaceId, id))
    },
  )
  door.patch(
    '/api/channels/:id',
    { config: { allow: 'administrator' }, schema: { params: ChannelPath, body: ChannelPatch } },
    async (request) => {
      const who = whoOf(request)
      const id = request.params.id as ChannelId
      await database.inWorkspace(who.workspaceId, (tx) => changeChannel(tx, sealer, who, id, request.body))
      context.acceptHook.forget(id)
      return view(who.workspaceId, id)
    },
  )
  door.delete(
    '/api/channels/:id',
    { config: { allow: 'administrator' }, schema: { params: ChannelPath } },
    async (request, reply) => {
      const who = whoOf(request)
      const id = request.params.id as ChannelId
      // The network is told first, while we still know how; one that does not answer does not keep the channel here.
      await disconnectChannel(context, who.workspaceId, id)
      await database.inWorkspace(who.workspaceId, (tx) => removeChannel(tx, who, id))
      context.acceptHook.forget(id)
      return reply.code(204).send()
    },
  )

  const actions = {
    connect: { run: connectChannel, noted: 'channel-connected' },
    disconnect: { run: disconnectChannel, noted: 'channel-disconnected' },
    check: { run: checkChannel, noted: undefined },
  } as const
  for (const [action, { run, noted }] of Object.entries(actions))
    door.post(
      `/api/channels/:id/${action}`,
      { config: { allow: 'administrator' }, schema: { params: ChannelPath } },
      async (request) => {
        const who = whoOf(request)
        const id = request.params.id as ChannelId
        await run(context, who.workspaceId, id)
        context.acceptHook.forget(id)
        if (noted !== undefined)
          await database.inWorkspace(who.workspaceId, (tx) => noteChannel(tx, who, noted, id))
        return view(who.workspaceId, id)
      },
    )

  door.get(
    '/api/channels/:id/keys',
    { config: { allow: 'administrator' }, schema: { params: ChannelPath } },
    async (request) => ({
      data: await database.inWorkspace(whoOf(request).workspaceId, (tx) =>
        listChannelKeys(tx, request.params.id as ChannelId),
      ),
    }),
  )
  door.post(
    '/api/channels/:id/keys',
    { config: { allow: 'administrator' }, schema: { params: ChannelPath, body: KeyRequest } },
    async (request, reply) => {
      const who = whoOf(request)
      const key = await database.inWorkspace(who.workspaceId, (tx) =>
        createChannelKey(tx, who, request.params.id as ChannelId, request.body.title),
      )
      return reply.code(201).header('cache-control', 'no-store').send(key)
    },
  )
  door.delete(
    '/api/channels/:id/keys/:keyId',
    { config: { allow: 'administrator' }, schema: { params: KeyPath } },
    async (request, reply) => {
      const who = whoOf(request)
      await database.inWorkspace(who.workspaceId, (tx) =>
        dropChannelKey(tx, who, request.params.id as ChannelId, request.params.keyId),
      )
      return reply.code(204).send()
    },
  )
}
