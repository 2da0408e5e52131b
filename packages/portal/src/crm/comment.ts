import type { EntityType } from '@trunkline/contracts/crm/entity'
import type { Param } from '../client/reference.ts'
import type { Priority, Pump, PumpCommand } from '../pump/pump-contract.ts'
import type { CommentFile } from './ledger-step.ts'

/** A comment in the timeline of a card. BB codes allowed, HTML not. Source: reference/bitrix24.md §4.7. */
export function addCommentCommand(
  name: string,
  type: EntityType,
  cardId: Param,
  text: string,
  files: readonly CommentFile[] = [],
): PumpCommand {
  // What an update does with files that are there is not documented, so that files come with their own comment only.
  const attached = files.map((file) => [file.name, file.content.toString('base64')])
  return {
    name,
    method: 'crm.timeline.comment.add',
    params: {
      fields: {
        ENTITY_ID: cardId,
        ENTITY_TYPE: type,
        COMMENT: text,
        ...(attached.length === 0 ? {} : { FILES: attached }),
      },
    },
  }
}

/** Takes a comment away. Source: reference/bitrix24.md §4.7. */
export function removeCommentCommand(name: string, commentId: string): PumpCommand {
  return { name, method: 'crm.timeline.comment.delete', params: { id: Number(commentId) } }
}

/**
 * Puts a new text into a comment of ours: the rolling comment of a conversation. May be repeated, so the pump repeats
 * it when an answer is lost; await it before the next text of the same comment is sent.
 *
 * Throws HubError; `isGone` tells that the comment or its card was deleted.
 */
export async function updateComment(
  pump: Pump,
  comment: { readonly commentId: string; readonly text: string },
  options: { readonly priority?: Priority; readonly signal?: AbortSignal } = {},
): Promise<void> {
  await pump.call(
    {
      method: 'crm.timeline.comment.update',
      params: { id: Number(comment.commentId), fields: { COMMENT: comment.text } },
    },
    {
      priority: options.priority ?? 2,
      writes: false,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  )
}
