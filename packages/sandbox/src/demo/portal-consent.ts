import type { HubVisitor } from './hub-visitor.ts'

/**
 * Goes through the portal's own pages: log-in as a person of the portal, consent, and back to the product.
 * @param userId whom the portal takes the visitor for; 1 is the portal's administrator
 * @throws Error when it ends anywhere but on a page of the product
 */
export async function consentAtPortal(visitor: HubVisitor, authorizeUrl: string, userId = 1): Promise<void> {
  let page = await visitor.open(authorizeUrl)
  for (const step of [{ user_id: String(userId) }, { decision: 'allow' }]) {
    const hidden = hiddenFields(page.html)
    if (hidden['step'] === undefined) break
    page = await visitor.open(new URL('/oauth/authorize/', page.url).href, { ...hidden, ...step })
  }
  if (page.status !== 200 || new URL(page.url).host === new URL(authorizeUrl).host)
    throw new Error(
      `the portal did not lead back to the product: ${page.status} at ${new URL(page.url).origin}`,
    )
}

function hiddenFields(html: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [, name = '', value = ''] of html.matchAll(
    /<input type="hidden" name="([^"]*)" value="([^"]*)">/g,
  ))
    fields[name] = value.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)))
  return fields
}
