import { BUCKET_PLANS } from '../../portal/limits.ts'
import { type PortalData, portalApi } from './portal-api.ts'
import { useTexts } from './preferences.ts'
import { type LivePortal, usePolled } from './use-live.ts'

/** The two limits of a cloud portal as they stand now, and the knobs that change them. */
export function LimitsPage({ live, data }: { live: LivePortal; data: PortalData }) {
  const texts = useTexts()
  const [limits, refresh] = usePolled(portalApi.limits)
  const { kind, plan, crmMode } = data.portal
  const { capacity, leakPerSecond } = BUCKET_PLANS[plan]
  const level = limits?.bucketLevel ?? 0
  const most = limits?.operatingLimitSeconds ?? 480
  const rows = limits?.apps.flatMap(({ operating }) => operating) ?? []
  const set = async (name: string, value: string): Promise<void> => {
    await portalApi.changeSettings({ [name]: value })
    await live.refresh()
  }
  return (
    <section aria-labelledby="limits-title">
      <div class="page-head">
        <h1 id="limits-title">{texts.nav.limits}</h1>
        <button type="button" class="quiet" onClick={() => void portalApi.resetLimits().then(refresh)}>
          {texts.resetLimits}
        </button>
      </div>
      <div class="panels">
        <section class="panel">
          <h2>{texts.bucket}</h2>
          <p class="big-number">
            {Math.round(level)} <small>/ {capacity}</small>
          </p>
          <meter aria-label={texts.bucket} min={0} max={capacity} high={capacity * 0.8} value={level} />
          <p class="quiet-words">{texts.bucketHint(leakPerSecond, capacity)}</p>
        </section>
        <section class="panel">
          <h2>{texts.portalSettings}</h2>
          <Choice
            label={texts.kind}
            value={kind}
            choices={texts.kinds}
            onChoose={(value) => void set('kind', value)}
          />
          <Choice
            label={texts.plan}
            value={plan}
            choices={texts.plans}
            onChoose={(value) => void set('plan', value)}
          />
          <Choice
            label={texts.crmMode}
            value={crmMode}
            choices={texts.crmModes}
            onChoose={(value) => void set('crmMode', value)}
          />
        </section>
        <section class="panel wide">
          <h2>{texts.operating}</h2>
          <p class="quiet-words">{texts.operatingHint(most)}</p>
          {rows.length === 0 && <p class="empty">{texts.operatingEmpty}</p>}
          <ul class="meters">
            {rows.map(({ method, seconds }) => (
              <li key={method}>
                <code>{method}</code>
                <meter aria-label={method} min={0} max={most} high={most * 0.8} value={seconds} />
                <span>
                  {seconds.toFixed(2)} {texts.seconds}
                </span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </section>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly choices: Readonly<Record<string, string>>
  readonly onChoose: (value: string) => void
}

function Choice({ label, value, choices, onChoose }: ChoiceProps) {
  return (
    <label class="row">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {Object.entries(choices).map(([key, title]) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </select>
    </label>
  )
}
