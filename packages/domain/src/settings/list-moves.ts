/** What happened to a list whose items have ids: the fewest moves, everything else stays where it was. */
export interface ListMoves {
  /** Places in the list after, from 0. */
  readonly added: readonly number[]
  /** Places in the list before. */
  readonly removed: readonly number[]
  /** Items in both lists, in the order of the list after. */
  readonly kept: readonly { readonly before: number; readonly after: number; readonly moved: boolean }[]
}

/** Compares two orders of ids. A repeated id is paired with its repetition by count. */
export function listMoves(before: readonly string[], after: readonly string[]): ListMoves {
  const places = new Map<string, number[]>()
  before.forEach((id, index) => {
    places.set(id, [...(places.get(id) ?? []), index])
  })
  const added: number[] = []
  const pairs: { before: number; after: number }[] = []
  after.forEach((id, index) => {
    const from = places.get(id)?.shift()
    if (from === undefined) added.push(index)
    else pairs.push({ before: from, after: index })
  })
  const still = longestRising(pairs.map((pair) => pair.before))
  return {
    added,
    removed: [...places.values()].flat().sort((a, b) => a - b),
    kept: pairs.map((pair, index) => ({ ...pair, moved: !still.has(index) })),
  }
}

/** Indexes of one longest rising subsequence: those that need not move. */
function longestRising(values: readonly number[]): Set<number> {
  const length = values.map(() => 1)
  const previous = values.map(() => -1)
  let best = -1
  values.forEach((value, at) => {
    for (let earlier = 0; earlier < at; earlier++) {
      if (values[earlier]! < value && length[earlier]! + 1 > length[at]!) {
        length[at] = length[earlier]! + 1
        previous[at] = earlier
      }
    }
    if (best < 0 || length[at]! > length[best]!) best = at
  })
  const chosen = new Set<number>()
  for (let at = best; at >= 0; at = previous[at]!) chosen.add(at)
  return chosen
}
