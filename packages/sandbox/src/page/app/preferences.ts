import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import { type Language, TEXTS, type Texts } from './texts.ts'

export type Theme = 'auto' | 'light' | 'dark'

/** What a person chose on this machine. */
export interface Preferences {
  readonly language: Language
  readonly theme: Theme
  readonly texts: Texts
  setLanguage(language: Language): void
  setTheme(theme: Theme): void
}

export const PreferencesContext = createContext<Preferences | undefined>(undefined)

/** Language, theme and texts. @throws outside of the page. */
export function usePreferences(): Preferences {
  const preferences = useContext(PreferencesContext)
  if (preferences === undefined) throw new Error('preferences are read outside of the page')
  return preferences
}

/** The texts of the chosen language. */
export function useTexts(): Texts {
  return usePreferences().texts
}

/** Reads what was chosen before, keeps what is chosen now. @param portalLanguage for a first visit. */
export function useStoredPreferences(portalLanguage: string): Preferences {
  const [language, setLanguage] = useState<Language>(() => {
    const kept = localStorage.getItem('language')
    if (kept === 'ru' || kept === 'en') return kept
    return portalLanguage === 'en' ? 'en' : 'ru'
  })
  const [theme, setTheme] = useState<Theme>(() => {
    const kept = localStorage.getItem('theme')
    return kept === 'light' || kept === 'dark' ? kept : 'auto'
  })
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }, [theme])
  return {
    language,
    theme,
    texts: TEXTS[language],
    setLanguage(chosen) {
      localStorage.setItem('language', chosen)
      setLanguage(chosen)
    },
    setTheme(chosen) {
      localStorage.setItem('theme', chosen)
      setTheme(chosen)
    },
  }
}
