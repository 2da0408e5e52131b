import type { ErrorEntry } from '@trunkline/contracts/errors'

/** The widget has no network behind it: a message is delivered by being stored, and nothing can refuse it. */
export const siteWidgetErrors: Readonly<Record<string, ErrorEntry>> = {}
