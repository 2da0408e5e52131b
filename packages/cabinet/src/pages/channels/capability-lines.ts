import type { Capabilities } from '@trunkline/contracts/channel/capabilities'

/** One line of the capability card: a key of the texts, its values, and whether it is a yes or a no. */
export interface CapabilityLine {
  readonly key: string
  readonly yes: boolean
  readonly values: Readonly<Record<string, string | number>>
}

const MEGABYTE = 1_048_576

/** What a channel type can do, as lines for people (CC-02). Every claim is a claim of the adapter. */
export function capabilityLines(can: Capabilities): CapabilityLine[] {
  const media = Object.values(can.media)
  const mediaOut = media.filter((kind) => kind.out)
  const largestOut = Math.max(0, ...mediaOut.map((kind) => kind.maxOutBytes))
  const line = (key: string, yes: boolean, values: CapabilityLine['values'] = {}): CapabilityLine => ({
    key,
    yes,
    values,
  })
  return [
    line(can.initiate === 'free' ? 'writeFirst' : 'answerOnly', can.initiate === 'free'),
    line('text', true, { n: can.text.maxChars }),
    line(
      'filesIn',
      media.some((kind) => kind.in),
    ),
    mediaOut.length > 0
      ? line('filesOut', true, { mb: Math.floor(largestOut / MEGABYTE) })
      : line('noFilesOut', false),
    line('edit', can.edit.operator),
    line('remove', can.remove.operator),
    line('typing', can.typing.customer || can.typing.operator),
    line('read', can.receipts.includes('read')),
    ...(can.contactForm ? [line('contactForm', true)] : []),
    ...(can.requests ? [line('requests', true)] : []),
    line(
      'contactData',
      can.contactData.some((kind) => kind === 'phone' || kind === 'email'),
    ),
    line('rate', true, { n: can.rate.perSecond }),
  ]
}
