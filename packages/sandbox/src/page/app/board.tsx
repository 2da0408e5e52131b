import { useState } from 'preact/hooks'
import { employeeName, initials, listOf, moment, money, stagesOf, text, titleOf } from './format.ts'
import { type Item, type PortalData, portalApi, type StatusRow } from './portal-api.ts'
import { usePreferences } from './preferences.ts'
import { pathOf } from './route.ts'
import type { LivePortal } from './use-live.ts'

/** A column shows so many cards; a bench leaves thousands, and a page of thousands helps nobody. */
const MOST_CARDS = 60

interface BoardProps {
  readonly kind: 'lead' | 'deal'
  readonly live: LivePortal
  readonly data: PortalData
}

/** Leads or deals as columns of stages; a card moves by dragging or by its list of stages. */
export function Board({ kind, live, data }: BoardProps) {
  const { texts } = usePreferences()
  const [categoryId, setCategoryId] = useState(0)
  const [problem, setProblem] = useState('')
  const stages = stagesOf(data, kind, categoryId)
  const items = listOf(data, kind).filter((item) => kind === 'lead' || item['categoryId'] === categoryId)
  const move = async (id: number, stageId: string): Promise<void> => {
    setProblem('')
    try {
      await portalApi.update(kind, id, { stageId })
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
    await live.refresh()
  }
  return (
    <section class="board-page" aria-labelledby="board-title">
      <div class="page-head">
        <h1 id="board-title">{texts.nav[kind]}</h1>
        {kind === 'deal' && (
          <fieldset class="switch">
            <legend class="hidden">{texts.pipeline}</legend>
            {data.categories.map((one) => (
              <button
                key={one.id}
                type="button"
                aria-pressed={one.id === categoryId}
                onClick={() => setCategoryId(one.id)}
              >
                {one.name}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      {kind === 'lead' && data.portal.crmMode === 'simple' && <p class="notice">{texts.simpleMode}</p>}
      {problem !== '' && (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      <div class="board">
        {stages.map((stage) => (
          <Column
            key={stage.statusId}
            kind={kind}
            data={data}
            stage={stage}
            stages={stages}
            items={items.filter((item) => item['stageId'] === stage.statusId)}
            onMove={move}
          />
        ))}
      </div>
    </section>
  )
}

interface ColumnProps {
  readonly kind: 'lead' | 'deal'
  readonly data: PortalData
  readonly stage: StatusRow
  readonly stages: readonly StatusRow[]
  readonly items: readonly Item[]
  readonly onMove: (id: number, stageId: string) => Promise<void>
}

function Column({ kind, data, stage, stages, items, onMove }: ColumnProps) {
  const { texts, language } = usePreferences()
  const [isOver, setOver] = useState(false)
  const sum = items.reduce((total, item) => total + Number(item['opportunity'] ?? 0), 0)
  const newest = items.toReversed().slice(0, MOST_CARDS)
  return (
    <section
      class={`column ${stage.semantics === 'S' ? 'won' : stage.semantics === 'F' ? 'lost' : ''} ${isOver ? 'over' : ''}`}
      aria-label={stage.name}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        const id = Number(event.dataTransfer?.getData('text/plain'))
        if (Number.isInteger(id) && id > 0) void onMove(id, stage.statusId)
      }}
    >
      <header>
        <h2>{stage.name}</h2>
        <span class="count">{items.length}</span>
        <p>{money(sum, data.portal.currency, language) || '—'}</p>
      </header>
      {items.length === 0 && <p class="empty">{texts.emptyColumn}</p>}
      <ul>
        {newest.map((item) => (
          <BoardCard key={item.id} kind={kind} data={data} item={item} stages={stages} onMove={onMove} />
        ))}
      </ul>
      {items.length > newest.length && <p class="empty">{texts.moreCards(items.length - newest.length)}</p>}
    </section>
  )
}

function BoardCard({
  kind,
  data,
  item,
  stages,
  onMove,
}: Omit<ColumnProps, 'stage' | 'items'> & { item: Item }) {
  const { texts, language } = usePreferences()
  const title = titleOf(kind, item, texts)
  const contact = data.contacts.find(({ id }) => id === item['contactId'])
  const responsible = employeeName(data, item['assignedById'])
  return (
    <li
      class="board-card"
      draggable
      onDragStart={(event) => event.dataTransfer?.setData('text/plain', String(item.id))}
    >
      <a href={pathOf({ kind, id: item.id })}>{title}</a>
      <p class="amount">
        {money(item['opportunity'], text(item['currencyId']) || data.portal.currency, language)}
      </p>
      {contact !== undefined && (
        <p class="who">
          <a href={pathOf({ kind: 'contact', id: contact.id })}>{titleOf('contact', contact, texts)}</a>
        </p>
      )}
      <div class="board-card-foot">
        <span class="avatar" title={responsible}>
          {initials(responsible) || '?'}
        </span>
        <time>{moment(text(item['createdTime']), language)}</time>
      </div>
      <select
        aria-label={texts.moveTo(title)}
        value={text(item['stageId'])}
        onChange={(event) => void onMove(item.id, event.currentTarget.value)}
      >
        {stages.map((one) => (
          <option key={one.statusId} value={one.statusId}>
            {one.name}
          </option>
        ))}
      </select>
    </li>
  )
}
