import { type Text, text } from '@trunkline/contracts/locale'

/** Words a person sees about this channel type. */
export const telegramTexts = {
  title: text('Telegram-бот', 'Telegram bot'),
  summary: text(
    'Люди пишут вашему боту в Telegram, оператор отвечает из входящих от имени бота.',
    'People write to your bot in Telegram, an operator answers from the inbox in the name of the bot.',
  ),
  help: text(
    'Откройте в Telegram @BotFather, отправьте /newbot, придумайте имя и вставьте сюда токен из ответа. Если бот уже есть, токен даёт команда /token. Бот отвечает только тем, кто сам нажал «Старт».',
    'Open @BotFather in Telegram, send /newbot, choose a name and paste the token from the answer here. If you have a bot already, /token gives it. A bot answers only people who pressed Start themselves.',
  ),
}

/** Why a bot is not simply connected. */
export const telegramReasons = {
  noPublicAddress: text(
    'У сервера нет публичного адреса, Telegram некуда доставлять сообщения.',
    'The server has no public address, so Telegram has nowhere to deliver messages.',
  ),
  tokenRefused: text(
    'Telegram не принял токен: он отозван или введён с ошибкой.',
    'Telegram refused the token: it was revoked or mistyped.',
  ),
  notTelegram: text(
    'По адресу Bot API отвечает не Telegram. Проверьте адрес в настройках канала.',
    'Something other than Telegram answers at the Bot API address. Check the address in the channel settings.',
  ),
  unreachable: text('Telegram не отвечает.', 'Telegram does not answer.'),
  busy: text('Telegram просит подождать.', 'Telegram asks to wait.'),
  detached: text(
    'Бот больше не подключён: кто-то снял адрес доставки.',
    'The bot is no longer attached: somebody removed the delivery address.',
  ),
  takenAway: text(
    'Бота забрала другая система: сообщения уходят туда. Подключите его заново или отключите там.',
    'Another system took the bot away and gets its messages. Connect it again, or disconnect it there.',
  ),
}

/** Telegram's own words about a refusal, as part of a reason. */
export function refusedByTelegram(description: string): Text {
  return text(`Telegram отказал: ${description}`, `Telegram refused: ${description}`)
}

/** Telegram cannot deliver to us. */
export function deliveryFails(pendingCount: number, message: string): Text {
  return text(
    `Telegram не может доставить сообщения (в очереди ${pendingCount}): ${message}`,
    `Telegram cannot deliver messages (${pendingCount} waiting): ${message}`,
  )
}
