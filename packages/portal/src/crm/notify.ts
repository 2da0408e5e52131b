import type { Param } from '../client/reference.ts'
import type { Priority, Pump, PumpCommand } from '../pump/pump-contract.ts'

export interface Notice {
  readonly userId: string
  readonly message: Param
  /** Unique to what the notice is about. A later notice with an equal tag replaces the one before. */
  readonly tag: string
}

/**
 * A notification of one portal user. Because an equal tag replaces, it may be repeated when its answer was lost.
 * Source: reference/bitrix24.md §5.
 */
export function notifyCommand(name: string, notice: Notice): PumpCommand {
  return {
    name,
    method: 'im.notify.personal.add',
    params: { USER_ID: Number(notice.userId), MESSAGE: notice.message, TAG: `TRUNKLINE|${notice.tag}` },
  }
}

/**
 * Sends one notification.
 * @returns its id in the portal, or `undefined` when the user switched such notices off. Throws HubError.
 */
export async function sendNotice(
  pump: Pump,
  notice: Notice,
  options: { readonly priority?: Priority } = {},
): Promise<string | undefined> {
  const { method, params } = notifyCommand('notice', notice)
  const result = await pump.call(
    { method, params: params! },
    { priority: options.priority ?? 1, writes: false },
  )
  return result === false ? undefined : String(result)
}
