/** Printed in the field as an example; pasted literally it is nobody's portal (CHAT-09). */
export const EXAMPLE_DOMAIN = 'company.bitrix24.ru'

export type DomainPreview =
  | { readonly origin: string }
  | { readonly problem: 'empty' | 'bad-domain' | 'placeholder-domain' | 'needs-https' }

/**
 * What will be made of an address as a person types it: `Company.Bitrix24.ru/crm/` → `https://company.bitrix24.ru`.
 * Only a preview: the server decides, and also looks where the name leads.
 */
export function previewDomain(typed: string, allowHttp: boolean): DomainPreview {
  const trimmed = typed.trim()
  if (trimmed === '') return { problem: 'empty' }
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)
    ? trimmed
    : `https://${trimmed.replace(/^\/+/, '')}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username || url.password) {
    return { problem: 'bad-domain' }
  }
  const host = url.hostname.replace(/\.$/, '')
  const named = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host) || host === 'localhost' || host.startsWith('[')
  if (!named) return { problem: 'bad-domain' }
  if (host === EXAMPLE_DOMAIN || /(^|\.)example\.(com|org|net|ru)$/.test(host))
    return { problem: 'placeholder-domain' }
  if (url.protocol === 'http:' && !allowHttp) return { problem: 'needs-https' }
  return { origin: `${url.protocol}//${host}${url.port ? `:${url.port}` : ''}` }
}
