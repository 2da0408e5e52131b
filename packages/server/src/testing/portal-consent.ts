import type { PortalHandle } from '@trunkline/sandbox'

/** Goes through the portal's log-in and consent as its first administrator, or as another employee, back to the hub. */
export async function consent(
  portal: PortalHandle,
  authorizeUrl: string,
  as: { readonly userId?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<{ status: number; text: string; policy: string; url: string }> {
  const asked = Object.fromEntries(new URL(authorizeUrl).searchParams)
  const step = (body: Record<string, string>, cookie = '') =>
    fetch(`${portal.url}/oauth/authorize/`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
      body: new URLSearchParams({ ...asked, ...body }),
    })
  let answer = await step({ step: 'login', user_id: String(as.userId ?? 1) })
  if (answer.status === 200) {
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ')
    answer = await step({ step: 'consent', decision: 'allow' }, cookie)
  }
  const url = answer.headers.get('location') ?? ''
  const page = await fetch(url, { headers: as.headers ?? { 'accept-language': 'ru' } })
  return {
    status: page.status,
    text: await page.text(),
    policy: page.headers.get('content-security-policy') ?? '',
    url,
  }
}
