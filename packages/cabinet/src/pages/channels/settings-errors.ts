/** Messages about the settings of a channel, as pointers of the form: `/settings/token` → `/token`. */
export function settingsErrors(errors: Readonly<Record<string, string>>): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [pointer, message] of Object.entries(errors)) {
    if (pointer.startsWith('/settings/')) found[pointer.slice('/settings'.length)] = message
  }
  return found
}
