/** Comments and log messages of a card's timeline. Source: reference/bitrix24.md §4.7 and b24restdocs timeline/comments. */
import { flatDialect, ordered, paged } from '../crm-filter.ts'
import { entityTypeOfName, isEntityTypeId, type TimelineComment } from '../crm-types.ts'
import { type Call, eventCause, type MethodTable } from '../method.ts'
import {
  elementsOf,
  intOf,
  isArray,
  mapOf,
  type PhpMap,
  type PhpValue,
  phpMap,
  textOf,
} from '../php-values.ts'
import { takeId } from '../portal-state.ts'
import { portalDateTime } from '../portal-time.ts'
import { controllerMissing, invalidArgValue, notFound, RestError } from '../rest-error.ts'

export const TIMELINE_METHODS: MethodTable = {
  'crm.timeline.comment.add': (call) => {
    const fields = mapOf(call.params['fields'])
    const entity = commentOwner(call, fields)
    const text = commentText(fields)
    const { state } = call.core
    const comment: TimelineComment = {
      id: takeId(state, 'comment'),
      ...entity,
      text,
      authorId: call.caller.employee.id,
      createdAt: call.now,
      files: filesOf(call, fields['FILES']),
    }
    state.comments.push(comment)
    announce(call, 'ADD', comment.id)
    return { result: comment.id }
  },
  'crm.timeline.comment.get': (call) => ({ result: commentRow(call, commentOf(call)) }),
  'crm.timeline.comment.list': (call) => {
    const { core, params } = call
    const owner = commentOwner(call, mapOf(params['filter']))
    const dialect = {
      ...flatDialect({ ID: 'number', CREATED: 'time', AUTHOR_ID: 'number' }, core.state.utcOffsetMinutes),
      unknown: (name: string) => invalidArgValue(`Invalid order: field '${name}' is not allowed in order`),
    }
    const rows = core.state.comments
      .filter(({ entityType, entityId }) => entityType === owner.entityType && entityId === owner.entityId)
      .map((comment) => commentRow(call, comment))
    const order = mapOf(params['order'])
    const page = paged(
      ordered(rows, Object.keys(order).length > 0 ? order : { ID: 'ASC' }, dialect),
      params['start'],
    )
    const { rows: shown, ...counts } = page
    const select = elementsOf(params['select']).map((name) => textOf(name))
    return {
      result:
        select.length === 0 || select.includes('*')
          ? shown
          : shown.map((row) =>
              Object.fromEntries(Object.entries(row).filter(([name]) => select.includes(name))),
            ),
      ...counts,
    }
  },
  'crm.timeline.comment.update': (call) => {
    const comment = commentOf(call)
    const fields = mapOf(call.params['fields'])
    if ('COMMENT' in fields) comment.text = commentText(fields)
    if ('FILES' in fields) comment.files = filesOf(call, fields['FILES'])
    announce(call, 'UPDATE', comment.id)
    return { result: comment.id }
  },
  'crm.timeline.comment.delete': (call) => {
    const comment = commentOf(call)
    const { state } = call.core
    state.comments = state.comments.filter((other) => other !== comment)
    announce(call, 'DELETE', comment.id)
    return { result: null }
  },
  'crm.timeline.logmessage.add': (call) => {
    const { state, store } = call.core
    const fields = mapOf(call.params['fields'])
    for (const name of ['entityTypeId', 'entityId', 'title', 'text', 'iconCode']) {
      if (textOf(fields[name]) === '') throw controllerMissing(name)
    }
    const entityTypeId = intOf(fields['entityTypeId'])
    const entityId = intOf(fields['entityId']) ?? 0
    if (!isEntityTypeId(entityTypeId) || !store.get(entityTypeId, entityId)) throw ownerNotFound()
    const message = {
      id: takeId(state, 'logMessage'),
      entityTypeId,
      entityId,
      title: textOf(fields['title']),
      text: textOf(fields['text']),
      iconCode: textOf(fields['iconCode']),
      authorId: call.caller.employee.id,
      createdAt: call.now,
      clientId: call.caller.clientId,
    }
    state.logMessages.push(message)
    const { id, title, text, iconCode, authorId } = message
    return {
      result: {
        logMessage: {
          id,
          created: portalDateTime(call.now, state.utcOffsetMinutes),
          authorId,
          title,
          text,
          iconCode,
        },
      },
    }
  },
}

function ownerNotFound(): RestError {
  return new RestError(400, 'OWNER_NOT_FOUND', 'Owner is not found')
}

function commentOwner(call: Call, fields: PhpMap): { entityType: string; entityId: number } {
  for (const name of ['ENTITY_ID', 'ENTITY_TYPE'])
    if (textOf(fields[name]) === '') throw controllerMissing(name)
  // Lower case only. Source: reference/bitrix24.md §4.7.
  const entityType = textOf(fields['ENTITY_TYPE'])
  const typeId = entityTypeOfName(entityType)
  const entityId = intOf(fields['ENTITY_ID']) ?? 0
  if (typeId === undefined || !call.core.store.get(typeId, entityId)) throw ownerNotFound()
  return { entityType, entityId }
}

function commentText(fields: PhpMap): string {
  const raw = fields['COMMENT']
  const text = isArray(raw) ? 'Array' : textOf(raw)
  if (text.trim() === '') throw invalidArgValue('Comment is empty')
  return text
}

/** `[["name", "<base64>"], …]`; only names and sizes are kept. */
function filesOf(call: Call, raw: PhpValue | undefined): TimelineComment['files'] {
  return elementsOf(raw).flatMap((file) => {
    const [name, content] = elementsOf(file)
    if (textOf(name) === '') return []
    const sizeBytes = Math.floor((textOf(content).replace(/=+$/, '').length * 3) / 4)
    return [{ id: takeId(call.core.state, 'file'), name: textOf(name), sizeBytes }]
  })
}

function commentOf(call: Call): TimelineComment {
  const id = intOf(call.params['id'])
  const comment = call.core.state.comments.find((one) => one.id === id)
  if (!comment) throw notFound()
  return comment
}

function commentRow(call: Call, comment: TimelineComment): PhpMap {
  const created = portalDateTime(comment.createdAt, call.core.state.utcOffsetMinutes)
  const files = Object.fromEntries(
    comment.files.map(({ id, name, sizeBytes }): [string, PhpMap] => [
      String(id),
      { id, date: created, type: 'file', name, size: sizeBytes, authorId: comment.authorId },
    ]),
  )
  return {
    ID: String(comment.id),
    ENTITY_ID: String(comment.entityId),
    ENTITY_TYPE: comment.entityType,
    CREATED: created,
    COMMENT: comment.text,
    AUTHOR_ID: String(comment.authorId),
    FILES: phpMap(files),
  }
}

/** Payload as the documentation shows it, `data[ID]`. Source: reference/bitrix24.md §3.4 and §12. */
function announce(call: Call, what: 'ADD' | 'UPDATE' | 'DELETE', id: number): void {
  call.core.events.emit(`ONCRMTIMELINECOMMENT${what}`, { ID: id }, eventCause(call))
}
