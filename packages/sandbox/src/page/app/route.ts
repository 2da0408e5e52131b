import { useEffect, useState } from 'preact/hooks'
import type { EntityName } from './portal-api.ts'

export const SECTIONS = [
  'lead',
  'deal',
  'contact',
  'company',
  'employees',
  'apps',
  'notifications',
  'journal',
  'limits',
  'faults',
] as const
export type Section = (typeof SECTIONS)[number]

/** What the address shows. */
export type Route = { readonly section: Section } | { readonly kind: EntityName; readonly id: number }

const KINDS: readonly string[] = ['lead', 'deal', 'contact', 'company']

/** Reads an address; whatever is not known shows the deals. */
export function parseRoute(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '')
  const [first = '', kind = '', word, id = ''] = parts
  if (first === 'crm' && KINDS.includes(kind)) {
    if (word === 'details' && /^\d+$/.test(id)) return { kind: kind as EntityName, id: Number(id) }
    return { section: kind as Section }
  }
  const section = SECTIONS.find((one) => one === first)
  return { section: section ?? 'deal' }
}

/** Address of a section or a card, as a real portal spells it. */
export function pathOf(route: Route): string {
  if ('kind' in route) return `/crm/${route.kind}/details/${route.id}/`
  return KINDS.includes(route.section) ? `/crm/${route.section}/` : `/${route.section}/`
}

/** The present route; links inside the page are followed without a reload. */
export function useRoute(): Route {
  const [path, setPath] = useState(location.pathname)
  useEffect(() => {
    const read = (): void => setPath(location.pathname)
    const click = (event: MouseEvent): void => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
        return
      const link = event.target instanceof Element ? event.target.closest('a') : null
      if (link === null || link.origin !== location.origin || link.target !== '' || link.hash !== '') return
      event.preventDefault()
      navigate(link.pathname)
    }
    addEventListener('popstate', read)
    document.addEventListener('click', click)
    return () => {
      removeEventListener('popstate', read)
      document.removeEventListener('click', click)
    }
  }, [])
  return parseRoute(path)
}

/** Opens a page of this program without a reload, at its top. @param path of the same origin, with its first slash */
export function navigate(path: string): void {
  history.pushState(null, '', path)
  dispatchEvent(new PopStateEvent('popstate'))
  scrollTo(0, 0)
}
