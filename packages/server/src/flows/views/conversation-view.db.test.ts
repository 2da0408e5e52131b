import { startTelegramEmulator } from '@trunkline/channels/telegram/emulator'
import type { Channel } from '@trunkline/contracts/http/channels'
import type { Conversation, ConversationRow } from '@trunkline/contracts/http/conversations'
import { expect, test } from 'vitest'
import { cabinetWorld } from '../../testing/cabinet-world.ts'

test('what the link of a Telegram bot carried is shown with the conversation', async () => {
  await using world = await cabinetWorld()
  const telegram = await startTelegramEmulator()
  try {
    const channel = await world.owner.call<Channel>('POST', '/api/channels', {
      type: 'telegram',
      title: 'Бот',
      settings: telegram.settings,
    })
    await world.owner.call('POST', `/api/channels/${channel.id}/connect`)
    telegram.person({ name: 'Анна' }).write('/start spring-sale')
    telegram.person({ name: 'Борис' }).write('Здравствуйте')
    await telegram.delivery.settled()
    await world.app.processAll()
    const { data } = await world.owner.call<{ data: ConversationRow[] }>('GET', '/api/conversations')
    const shown = await Promise.all(
      data.map(({ id }) => world.owner.call<Conversation>('GET', `/api/conversations/${id}`)),
    )
    expect(Object.fromEntries(shown.map((one) => [one.contact.name, one.startPayload]))).toEqual({
      Анна: 'spring-sale',
      Борис: undefined,
    })
  } finally {
    await telegram.stop()
  }
})
