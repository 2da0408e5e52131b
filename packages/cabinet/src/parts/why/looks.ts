/** How a line of a trace is drawn. An unknown verdict is a note: worth reading, no judgement. */
export function verdictLook(verdict: string) {
  return VERDICTS[(verdict in VERDICTS ? verdict : 'note') as keyof typeof VERDICTS]
}
const VERDICTS = {
  pass: { kind: 'pass', mark: 'bg-good-soft text-good', text: 'text-ink' },
  stop: { kind: 'stop', mark: 'bg-bad-soft text-bad', text: 'font-medium text-ink' },
  chose: { kind: 'chose', mark: 'bg-brand-soft text-brand', text: 'font-medium text-ink' },
  skip: { kind: 'skip', mark: 'bg-sunken text-ink-3', text: 'text-ink-2' },
  note: { kind: 'note', mark: 'bg-sunken text-ink-3', text: 'text-ink-2' },
} as const

/** How a step of the plan is drawn: by its state in the step ledger. */
export function stepLook(status: string) {
  return STEPS[(status in STEPS ? status : 'planned') as keyof typeof STEPS]
}
const STEPS = {
  planned: { kind: 'waiting', word: 'planned', ink: 'text-ink-2' },
  sent: { kind: 'waiting', word: 'sent', ink: 'text-brand' },
  done: { kind: 'done', word: 'done', ink: 'text-good' },
  failed: { kind: 'failed', word: 'failed', ink: 'text-bad' },
  unknown: { kind: 'unknown', word: 'unknown', ink: 'text-warn' },
} as const

/** How an outcome is drawn; `word` is its key under `why.outcome`. */
export function outcomeLook(outcome: string) {
  return OUTCOMES[(outcome in OUTCOMES ? outcome : 'pending') as keyof typeof OUTCOMES]
}
const OUTCOMES = {
  passed: { word: 'passed', badge: 'bg-good-soft text-good', dot: 'bg-good-fill' },
  held: { word: 'held', badge: 'bg-warn-soft text-warn', dot: 'bg-warn-fill' },
  failed: { word: 'failed', badge: 'bg-bad-soft text-bad', dot: 'bg-bad-fill' },
  not_passed: { word: 'not_passed', badge: 'bg-sunken text-ink-2', dot: 'bg-quiet-fill' },
  pending: { word: 'pending', badge: 'bg-brand-soft text-brand', dot: 'bg-violet-fill' },
} as const
