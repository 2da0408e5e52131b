import { useEffect, useState } from 'preact/hooks'
import { CardFields } from './card-fields.tsx'
import { stagesOf, text, titleOf } from './format.ts'
import { type EntityName, type Item, type PortalData, portalApi, type TimelineEntry } from './portal-api.ts'
import { useTexts } from './preferences.ts'
import { navigate, pathOf } from './route.ts'
import { Timeline } from './timeline.tsx'
import type { LivePortal } from './use-live.ts'

interface CardProps {
  readonly kind: EntityName
  readonly id: number
  readonly live: LivePortal
  readonly data: PortalData
}

/** One lead, deal, contact or company with all that happened to it. */
export function Card({ kind, id, live, data }: CardProps) {
  const texts = useTexts()
  const [card, setCard] = useState<{ item: Item; timeline: TimelineEntry[] } | null>()
  const [problem, setProblem] = useState('')
  const { revision } = live
  useEffect(() => {
    let isOver = false
    portalApi.card(kind, id).then(
      (next) => !isOver && setCard(next),
      () => !isOver && setCard(null),
    )
    return () => {
      isOver = true
    }
  }, [kind, id, revision])
  if (card === undefined) return null
  if (card === null) return <p class="notice">{texts.notFound}</p>

  const write = async (work: Promise<unknown>): Promise<void> => {
    setProblem('')
    try {
      await work
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
    await live.refresh()
  }
  const { item, timeline } = card
  return (
    <article class="card-page">
      <a class="back" href={pathOf({ section: kind })}>
        ← {texts.nav[kind]}
      </a>
      <div class="page-head">
        <div>
          <p class="overline">{texts.numbered(texts.entity[kind], item.id)}</p>
          <h1>{titleOf(kind, item, texts)}</h1>
        </div>
        <RemoveButton
          onRemove={async () => {
            await write(portalApi.remove(kind, id))
            navigate(pathOf({ section: kind }))
          }}
        />
      </div>
      {problem !== '' && (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      {(kind === 'lead' || kind === 'deal') && (
        <StageBar
          stages={stagesOf(data, kind, Number(item['categoryId'] ?? 0))}
          stageId={text(item['stageId'])}
          onMove={(stageId) => void write(portalApi.update(kind, id, { stageId }))}
        />
      )}
      <div class="card-columns">
        <CardFields
          kind={kind}
          item={item}
          data={data}
          onSave={(fields) => write(portalApi.update(kind, id, fields))}
        />
        <section aria-labelledby="timeline-title">
          <h2 id="timeline-title">{texts.timeline}</h2>
          <Timeline entries={timeline} data={data} />
        </section>
      </div>
    </article>
  )
}

interface StageBarProps {
  readonly stages: PortalData['statuses']
  readonly stageId: string
  readonly onMove: (stageId: string) => void
}

function StageBar({ stages, stageId, onMove }: StageBarProps) {
  const texts = useTexts()
  const current = stages.findIndex(({ statusId }) => statusId === stageId)
  const now = stages[current]
  const outcome = now?.semantics === 'S' ? 'won' : now?.semantics === 'F' ? 'lost' : ''
  return (
    <fieldset class={`stages ${outcome}`}>
      <legend class="hidden">{texts.stage}</legend>
      {stages.map((stage, index) => (
        <button
          key={stage.statusId}
          type="button"
          class={index <= current && outcome !== 'lost' ? 'passed' : ''}
          aria-pressed={stage.statusId === stageId}
          onClick={() => onMove(stage.statusId)}
        >
          {stage.name}
        </button>
      ))}
    </fieldset>
  )
}

/** Asks once more: there is no way back. */
function RemoveButton({ onRemove }: { onRemove: () => Promise<void> }) {
  const texts = useTexts()
  const [isAsking, setAsking] = useState(false)
  if (!isAsking)
    return (
      <button type="button" class="quiet danger" onClick={() => setAsking(true)}>
        {texts.remove}
      </button>
    )
  return (
    <div class="ask" role="alert">
      <span>{texts.removeSure}</span>
      <button type="button" class="danger" onClick={() => void onRemove()}>
        {texts.yesRemove}
      </button>
      <button type="button" class="quiet" onClick={() => setAsking(false)}>
        {texts.cancel}
      </button>
    </div>
  )
}
