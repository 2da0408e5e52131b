import type { DryRunRow, DryRunSide, DryRunTraces } from '@trunkline/contracts/http/settings'

/** One difference of a conversation as a reader sees it: what it was, what it would be. Empty = nothing there. */
export interface DifferenceLine {
  readonly kind: DryRunRow['differences'][number]
  readonly before: string
  readonly after: string
}

/** Words that depend on the language; the sentences of sides come from the server. */
export interface DryRunWords {
  readonly summary: (side: DryRunSide) => string
  readonly card: (created: NonNullable<DryRunSide['created']>) => string
  readonly place: (created: NonNullable<DryRunSide['created']>) => string
}

/**
 * The differences of a row in the order of weight, each with both sides. Where the outcome itself differs, it stands alone:
 * the rest follows from it.
 */
export function differenceLines(row: DryRunRow, words: DryRunWords): DifferenceLine[] {
  const both = (kind: DifferenceLine['kind'], of: (side: DryRunSide) => string): DifferenceLine => ({
    kind,
    before: of(row.before),
    after: of(row.after),
  })
  const outcome = row.differences.find((kind) => kind === 'outcome' || kind === 'would-ask')
  if (outcome) return [both(outcome, words.summary)]
  return row.differences.map((kind) => {
    switch (kind) {
      case 'created':
        return both(kind, (side) => (side.created ? words.card(side.created) : ''))
      case 'stage':
        return both(kind, (side) => (side.created ? words.place(side.created) : ''))
      case 'responsible':
        return both(kind, (side) => side.responsible ?? '')
      case 'target':
        return both(kind, (side) => side.targets.map((target) => target.title).join(', '))
      case 'activity':
        return both(kind, (side) =>
          side.activity ? `${side.activity.subject} (${side.activity.responsible})` : '',
        )
      case 'notification':
        return both(kind, (side) => side.notified ?? '')
      case 'title':
        return both(kind, (side) => side.created?.title ?? '')
      default:
        return { kind, before: '', after: '' }
    }
  })
}

type Line = DryRunTraces['before']['trace'][number]

/** Which lines of one trace do not stand in the other word for word. */
export function ownLines(trace: readonly Line[], other: readonly Line[]): ReadonlySet<number> {
  const key = (line: Line) => `${line.code}\n${line.verdict}\n${line.en}`
  const known = new Set(other.map(key))
  return new Set(trace.flatMap((line, at) => (known.has(key(line)) ? [] : [at])))
}
