import type { JSX } from 'preact'
import { linksIn } from '../links.ts'

/** What somebody wrote: plain words, with addresses that can be followed. Never taken for HTML. */
export function Words({ text }: { text: string }): JSX.Element {
  return (
    <>
      {linksIn(text).map((part, at) =>
        part.href ? (
          <a key={at} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </>
  )
}
