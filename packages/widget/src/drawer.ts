/**
 * The place where one widget keeps what must outlive the page: first-party storage of the site, under the key of the
 * widget. Sites and browsers may refuse or empty it at any time; then it lasts as long as the page.
 */
export interface Drawer {
  /** @returns undefined when there is nothing, or nothing that can be read. */
  get<T>(name: string): T | undefined
  set(name: string, value: unknown): void
  remove(name: string): void
}

/** @param find gives the storage; it throws where the browser forbids it. */
export function openDrawer(siteKey: string, find: () => Storage = () => localStorage): Drawer {
  const memory = new Map<string, string>()
  const keyOf = (name: string) => `trunkline:${siteKey}:${name}`
  return {
    get<T>(name: string): T | undefined {
      let text: string | null | undefined
      try {
        text = find().getItem(keyOf(name))
      } catch {
        text = undefined
      }
      text ??= memory.get(name)
      if (text == null) return undefined
      try {
        return JSON.parse(text) as T
      } catch {
        return undefined
      }
    },
    set(name, value) {
      const text = JSON.stringify(value)
      try {
        find().setItem(keyOf(name), text)
        memory.delete(name)
      } catch {
        memory.set(name, text)
      }
    },
    remove(name) {
      memory.delete(name)
      try {
        find().removeItem(keyOf(name))
      } catch {
        // It was kept in memory alone.
        return
      }
    },
  }
}
