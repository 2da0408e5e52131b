import { useState } from 'preact/hooks'
import type { FaultKind, FaultOptions } from '../../portal/faults.ts'
import { FAULT_PRESETS, type FaultPreset } from './fault-presets.ts'
import { type AppRow, type Fault, portalApi } from './portal-api.ts'
import { usePreferences } from './preferences.ts'
import { type LivePortal, usePolled } from './use-live.ts'

const HOUR_MS = 3_600_000

/** Everything a person can break, and how to repair it. */
export function FaultsPage({ live }: { live: LivePortal }) {
  const { texts, language } = usePreferences()
  const [answer, refresh] = usePolled(async () => ({
    ...(await portalApi.faults()),
    ...(await portalApi.clock()),
  }))
  const now = answer?.now ?? 0
  const active = (answer?.faults ?? []).filter((fault) => isActive(fault, now))
  const add = async (fault: FaultOptions, seconds: number | undefined): Promise<void> => {
    const until = seconds === undefined ? {} : { until: (await portalApi.clock()).now + seconds * 1000 }
    await portalApi.addFault({ ...fault, ...until })
    await refresh()
  }
  const breakIt = ({ seconds, label: _label, hint: _hint, ...fault }: FaultPreset): Promise<void> =>
    add(fault, seconds)
  return (
    <section aria-labelledby="faults-title">
      <div class="page-head">
        <h1 id="faults-title">{texts.nav.faults}</h1>
        <button
          type="button"
          disabled={active.length === 0}
          onClick={() => void portalApi.clearFaults().then(refresh)}
        >
          {texts.clearAll}
        </button>
      </div>
      <p class="intro">{texts.faultsLead}</p>
      <section class={`panel ${active.length > 0 ? 'alarm' : ''}`} aria-live="polite">
        <h2>{texts.activeFaults}</h2>
        {active.length === 0 && <p class="quiet-words">{texts.nothingBroken}</p>}
        <ul class="active-faults">
          {active.map((fault) => (
            <li key={fault.id}>
              <code>{fault.kind}</code> <span>{fault.method ?? '*'}</span>
              <span>{texts.struck(fault.strikes)}</span>
              {fault.until !== undefined && <span>{texts.left(Math.ceil((fault.until - now) / 1000))}</span>}
              <button
                type="button"
                class="quiet"
                aria-label={`${texts.fix}: ${fault.kind}`}
                onClick={() => void portalApi.removeFault(fault.id).then(refresh)}
              >
                {texts.fix}
              </button>
            </li>
          ))}
        </ul>
      </section>
      <div class="panels">
        {FAULT_PRESETS.map((group) => (
          <section class="panel" key={group.title.en}>
            <h2>{group.title[language]}</h2>
            <div class="presets">
              {group.presets.map((preset) => (
                <button type="button" key={preset.label.en} onClick={() => void breakIt(preset)}>
                  <b>{preset.label[language]}</b>
                  <small>{preset.hint[language]}</small>
                </button>
              ))}
            </div>
          </section>
        ))}
        <Applications live={live} />
        <ClockAndAddress />
        <OwnFault kinds={answer?.kinds ?? []} onBreak={add} />
        <Scenario />
      </div>
    </section>
  )
}

/** A fault that has struck as often or lived as long as it should is history. */
function isActive(fault: Fault, now: number): boolean {
  return (
    (fault.count === undefined || fault.strikes < fault.count) &&
    (fault.until === undefined || now < fault.until)
  )
}

function Applications({ live }: { live: LivePortal }) {
  const { texts } = usePreferences()
  const [answer, refresh] = usePolled(portalApi.apps)
  const apps = answer?.apps ?? []
  const act = async (app: AppRow, what: 'revoke' | 'uninstall' | 'payment', body?: object): Promise<void> => {
    await portalApi.app(app.clientId, what, body)
    await refresh()
    await live.refresh()
  }
  return (
    <section class="panel">
      <h2>{texts.applications}</h2>
      {apps.length === 0 && <p class="quiet-words">{texts.noApps}</p>}
      {apps.map((app) => (
        <div class="app" key={app.clientId}>
          <p>
            <strong>{app.title}</strong>{' '}
            <span class={`tag ${app.isActive ? 'good' : 'bad'}`}>
              {app.isActive ? texts.installed : texts.uninstalled}
            </span>
            {!app.isPaid && <span class="tag bad">{texts.unpaid}</span>}
          </p>
          <div class="acts">
            <button
              type="button"
              class="quiet danger"
              disabled={!app.isActive}
              onClick={() => void act(app, 'uninstall', { clean: false })}
            >
              {texts.uninstall}
            </button>
            <button
              type="button"
              class="quiet"
              onClick={() => void act(app, 'payment', { isPaid: !app.isPaid })}
            >
              {app.isPaid ? texts.markUnpaid : texts.markPaid}
            </button>
          </div>
        </div>
      ))}
    </section>
  )
}

function ClockAndAddress() {
  const { texts, language } = usePreferences()
  const [answer, refresh] = usePolled(portalApi.clock)
  const [movedTo, setMovedTo] = useState('')
  const time =
    answer &&
    new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }).format(answer.now)
  return (
    <section class="panel">
      <h2>{texts.clock}</h2>
      <p class="clock">{time}</p>
      <div class="presets">
        <button type="button" onClick={() => void portalApi.advanceClock(HOUR_MS).then(refresh)}>
          <b>{texts.clockHour}</b>
          <small>{texts.clockHint}</small>
        </button>
        <button type="button" onClick={() => void portalApi.moveDomain().then(({ url }) => setMovedTo(url))}>
          <b>{texts.moveDomain}</b>
          <small>{texts.moveDomainHint}</small>
        </button>
      </div>
      {movedTo !== '' && (
        <p class="notice" role="status">
          {texts.movedTo} <a href={`${movedTo}/faults/`}>{movedTo}</a>
        </p>
      )}
    </section>
  )
}

interface OwnFaultProps {
  readonly kinds: readonly FaultKind[]
  readonly onBreak: (fault: FaultOptions, seconds: number | undefined) => Promise<void>
}

function OwnFault({ kinds, onBreak }: OwnFaultProps) {
  const { texts } = usePreferences()
  return (
    <section class="panel">
      <h2>{texts.ownFault}</h2>
      <form
        class="own-fault"
        onSubmit={(event) => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          const number = (name: string): number | undefined => {
            const value = Number(form.get(name))
            return Number.isFinite(value) && value > 0 ? value : undefined
          }
          const kind = kinds.find((one) => one === form.get('kind'))
          if (kind === undefined) return
          const count = number('count')
          const ms = number('ms')
          const method = String(form.get('method') ?? '').trim()
          const fault: FaultOptions = {
            kind,
            ...(method === '' ? {} : { method }),
            ...(count === undefined ? {} : { count }),
            ...(ms === undefined ? {} : { ms }),
          }
          void onBreak(fault, number('seconds'))
        }}
      >
        <label class="row">
          <span>{texts.faultKind}</span>
          <select name="kind">
            {kinds.map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </select>
        </label>
        <label class="row">
          <span>{texts.faultMethod}</span>
          <input name="method" placeholder="crm.item.*, batch" />
        </label>
        <label class="row">
          <span>{texts.faultCount}</span>
          <input name="count" type="number" min={1} />
        </label>
        <label class="row">
          <span>{texts.faultSeconds}</span>
          <input name="seconds" type="number" min={1} placeholder={texts.forSeconds} />
        </label>
        <label class="row">
          <span>{texts.faultDelay}</span>
          <input name="ms" type="number" min={1} />
        </label>
        <button type="submit">{texts.breakIt}</button>
      </form>
    </section>
  )
}

function Scenario() {
  const { texts } = usePreferences()
  const [scenario, refresh] = usePolled(portalApi.scenario)
  if (!scenario?.isAvailable) return null
  return (
    <section class="panel">
      <h2>{texts.scenario}</h2>
      <p class="quiet-words">{texts.scenarioHint}</p>
      <button
        type="button"
        disabled={scenario.isRunning}
        onClick={() => void portalApi.startScenario().then(refresh)}
      >
        {scenario.isRunning ? texts.scenarioRunning : texts.scenarioStart}
      </button>
    </section>
  )
}
