import type { PortalState } from '@trunkline/contracts/crm/facts'
import { type Text, text } from '@trunkline/contracts/locale'

/** The state of a portal connection inside a sentence. */
export const PORTAL_STATE_WORDS: Readonly<Record<PortalState, Text>> = {
  draft: text('подключение не начато', 'connecting has not begun'),
  authorising: text('вход на портал не завершён', 'signing in to the portal is not finished'),
  connected: text('подключён', 'connected'),
  reauthorise: text('нужно войти на портал заново', 'somebody has to sign in to the portal again'),
  uninstalled: text('приложение удалено с портала', 'the application was removed from the portal'),
  moved: text('у портала другой адрес', 'the portal has another address'),
  'payment-required': text('на портале кончилась оплата', 'the plan of the portal has expired'),
  unreachable: text('портал не отвечает', 'the portal does not answer'),
  blocked: text('портал заблокировал приложение', 'the portal has blocked the application'),
}
