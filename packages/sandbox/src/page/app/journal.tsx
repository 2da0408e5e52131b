import { useState } from 'preact/hooks'
import { clockTime } from './format.ts'
import type { JournalEvent, JournalHit } from './portal-api.ts'
import { usePreferences } from './preferences.ts'
import { useLiveJournal } from './use-live.ts'

/** Every hit of the portal's REST as it comes, with the commands inside; refused ones are red. */
export function JournalPage() {
  const { texts } = usePreferences()
  const [isFollowing, setFollowing] = useState(true)
  const [method, setMethod] = useState('')
  const [onlyProblems, setOnlyProblems] = useState(false)
  const [tab, setTab] = useState<'hits' | 'events'>('hits')
  const journal = useLiveJournal(isFollowing)
  const wanted = method.trim().toLowerCase()
  const hits = journal.hits.filter((hit) => (!onlyProblems || isProblem(hit)) && mentions(hit, wanted))
  const events = journal.events.filter(
    ({ event, status }) =>
      event.toLowerCase().includes(wanted) && (!onlyProblems || typeof status !== 'number' || status >= 300),
  )
  const { counts } = journal
  return (
    <section aria-labelledby="journal-title">
      <div class="page-head">
        <h1 id="journal-title">{texts.nav.journal}</h1>
        <button type="button" class="quiet" onClick={() => void journal.clear()}>
          {texts.clearJournal}
        </button>
      </div>
      {counts !== undefined && (
        <dl class="totals">
          {(['hits', 'commands', 'refused', 'failedCommands', 'eventsSent'] as const).map((name) => (
            <div key={name} class={name === 'refused' && counts.refused > 0 ? 'bad' : ''}>
              <dd>{counts[name]}</dd>
              <dt>{texts.counts[name]}</dt>
            </div>
          ))}
        </dl>
      )}
      <div class="toolbar">
        <fieldset class="switch">
          <legend class="hidden">{texts.nav.journal}</legend>
          {(['hits', 'events'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={tab === one} onClick={() => setTab(one)}>
              {texts[one]}
            </button>
          ))}
        </fieldset>
        <label class="search">
          <span>{texts.filter}</span>
          <input
            type="search"
            value={method}
            placeholder={texts.filterHint}
            onInput={(event) => setMethod(event.currentTarget.value)}
          />
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={onlyProblems}
            onChange={(event) => setOnlyProblems(event.currentTarget.checked)}
          />
          {texts.onlyProblems}
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={isFollowing}
            onChange={(event) => setFollowing(event.currentTarget.checked)}
          />
          {texts.follow}
        </label>
      </div>
      {tab === 'hits' ? <Hits hits={hits} /> : <Events events={events} />}
    </section>
  )
}

function isProblem(hit: JournalHit): boolean {
  return (
    hit.refused ||
    hit.error !== null ||
    hit.fault !== null ||
    hit.commands.some(({ error }) => error !== undefined)
  )
}

function mentions(hit: JournalHit, wanted: string): boolean {
  return (
    hit.method.toLowerCase().includes(wanted) ||
    hit.commands.some(({ method }) => method.toLowerCase().includes(wanted))
  )
}

function Hits({ hits }: { hits: readonly JournalHit[] }) {
  const { texts } = usePreferences()
  if (hits.length === 0) return <p class="empty">{texts.journalEmpty}</p>
  return (
    <ol class="hits">
      {hits.toReversed().map((hit) => (
        <Hit key={hit.seq} hit={hit} />
      ))}
    </ol>
  )
}

function Hit({ hit }: { hit: JournalHit }) {
  const { texts, language } = usePreferences()
  const failed = hit.commands.filter(({ error }) => error !== undefined).length
  const tone = hit.refused ? 'refused' : isProblem(hit) ? 'problem' : ''
  const status =
    hit.status !== 0 ? String(hit.status) : hit.fault?.startsWith('cut') ? texts.cut : texts.running
  return (
    <li class={tone}>
      <details>
        <summary>
          <time>{clockTime(hit.at, language)}</time>
          <code>{hit.method}</code>
          <span class="names">
            {hit.method === 'batch' ? `${texts.commands(hit.commands.length)}: ${summary(hit)}` : ''}
          </span>
          <span class="marks">
            {hit.fault !== null && (
              <span class="tag bad">
                {texts.fault}: {hit.fault}
              </span>
            )}
            {hit.refused && <span class="tag bad">{texts.refusedHit}</span>}
            {hit.error !== null && <span class="tag bad">{hit.error}</span>}
            {failed > 0 && hit.error === null && (
              <span class="tag warn">{hit.commands.find(({ error }) => error)?.error?.code || '""'}</span>
            )}
          </span>
          <b class="status">{status}</b>
        </summary>
        {hit.commands.map((command, index) => (
          <div class="command" key={command.key ?? index}>
            <p>
              <code>
                {command.key === null ? '' : `${command.key} · `}
                {command.method}
              </code>
              {command.error && (
                <span class="tag bad">
                  {command.error.code || '""'} {command.error.description}
                </span>
              )}
            </p>
            <small>{texts.parameters}</small>
            <pre>{JSON.stringify(command.params, null, 1)}</pre>
            {command.result !== undefined && (
              <>
                <small>{texts.result}</small>
                <pre>{shortened(command.result)}</pre>
              </>
            )}
          </div>
        ))}
      </details>
    </li>
  )
}

const MOST_RESULT_CHARS = 4000

function shortened(value: unknown): string {
  const all = JSON.stringify(value, null, 1)
  return all.length <= MOST_RESULT_CHARS ? all : `${all.slice(0, MOST_RESULT_CHARS)}…`
}

/** `crm.item.add ×3, crm.timeline.comment.add`. */
function summary(hit: JournalHit): string {
  const counts = new Map<string, number>()
  for (const { method } of hit.commands) counts.set(method, (counts.get(method) ?? 0) + 1)
  return [...counts].map(([method, count]) => (count > 1 ? `${method} ×${count}` : method)).join(', ')
}

function Events({ events }: { events: readonly JournalEvent[] }) {
  const { texts, language } = usePreferences()
  if (events.length === 0) return <p class="empty">{texts.eventsEmpty}</p>
  return (
    <ol class="hits">
      {events.toReversed().map((event) => (
        <li key={event.seq} class={typeof event.status === 'number' && event.status < 300 ? '' : 'problem'}>
          <details>
            <summary>
              <time>{clockTime(event.at, language)}</time>
              <code>{event.event}</code>
              <span class="names">{event.handler}</span>
              <b class="status">
                {event.status === null
                  ? texts.handlerStatus.none
                  : event.status === 'dropped'
                    ? texts.handlerStatus.dropped
                    : event.status}
              </b>
            </summary>
            <pre>{JSON.stringify(event.data, null, 1)}</pre>
          </details>
        </li>
      ))}
    </ol>
  )
}
