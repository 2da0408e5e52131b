import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { type Theme, usePreferences } from './preferences.ts'
import { pathOf, type Route, SECTIONS, type Section } from './route.ts'
import type { LivePortal } from './use-live.ts'

const THEMES: readonly Theme[] = ['auto', 'light', 'dark']

/** Frame of every page: sections on the left (above on a phone), and always the words that this is a pretend portal. */
export function Shell({
  route,
  live,
  children,
}: {
  route: Route
  live: LivePortal
  children: ComponentChildren
}) {
  const { texts, language, theme, setLanguage, setTheme } = usePreferences()
  const { data, isUnreachable } = live
  const section: Section = 'kind' in route ? route.kind : route.section
  const title = data?.portal.title ?? ''
  useEffect(() => {
    document.title = [texts.nav[section], title].filter(Boolean).join(' · ')
  }, [texts, section, title])
  const sections = useRef<HTMLElement>(null)
  // On a phone the sections are a strip wider than the screen.
  useEffect(() => {
    sections.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [section])
  return (
    <div class="shell">
      <a class="skip" href="#main">
        {texts.skip}
      </a>
      <header class="top">
        <div class="brand">
          <img src="/page/icon.svg" alt="" width={34} height={34} />
          <div>
            <strong>{title || '…'}</strong>
            <span>{texts.pretend}</span>
          </div>
        </div>
        <p class="ribbon">{texts.pretendHint}</p>
        <div class="choices">
          <fieldset class="switch">
            <legend class="hidden">{texts.language}</legend>
            {(['ru', 'en'] as const).map((one) => (
              <button
                key={one}
                type="button"
                lang={one}
                aria-pressed={language === one}
                onClick={() => setLanguage(one)}
              >
                {one === 'ru' ? 'Рус' : 'Eng'}
              </button>
            ))}
          </fieldset>
          <label>
            <span class="hidden">{texts.theme}</span>
            <select value={theme} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
              {THEMES.map((one) => (
                <option key={one} value={one}>
                  {texts.themes[one]}
                </option>
              ))}
            </select>
          </label>
        </div>
      </header>
      <nav class="sections" ref={sections} aria-label={texts.menu}>
        {SECTIONS.map((one) => (
          <a
            key={one}
            href={pathOf({ section: one })}
            class={one}
            aria-current={section === one ? 'page' : undefined}
          >
            {texts.nav[one]}
            <Count section={one} live={live} />
          </a>
        ))}
      </nav>
      <main id="main" tabIndex={-1}>
        {isUnreachable && (
          <p class="notice bad" role="alert">
            {texts.unreachable}
          </p>
        )}
        {data === undefined && !isUnreachable && <p class="notice">{texts.loading}</p>}
        {children}
      </main>
    </div>
  )
}

function Count({ section, live: { data } }: { section: Section; live: LivePortal }) {
  if (data === undefined) return null
  const counted: Partial<Record<Section, number>> = {
    lead: data.leads.length,
    deal: data.deals.length,
    contact: data.contacts.length,
    company: data.companies.length,
    notifications: data.notifications.length,
  }
  const count = counted[section]
  return count ? <span class="count">{count}</span> : null
}
