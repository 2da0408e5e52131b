import type { SourceFile } from './source-tree.ts'

const KINDS = ['added', 'changed', 'fixed', 'removed', 'security']

/**
 * Checks the fragments of `changelog.d`: a known kind on the first line, an empty line, then one paragraph that ends as a
 * sentence does.
 * @returns one sentence for each fragment that cannot be put into a list.
 */
export function fragmentFaults(fragments: readonly SourceFile[]): string[] {
  return fragments.flatMap(({ path, text }) => {
    const [first = '', gap, ...rest] = text.trimEnd().split('\n')
    const kind = /^kind: (\w+)$/.exec(first)?.[1]
    if (!kind || !KINDS.includes(kind))
      return [`${path} begins with "${first}", not with "kind: " and one of ${KINDS.join(', ')}.`]
    const story = rest.join('\n')
    if (gap !== '' || story === '' || story.includes('\n\n'))
      return [`${path} must hold one paragraph after an empty line.`]
    return /[.!?]$/.test(story) ? [] : [`${path} does not end as a sentence does.`]
  })
}
