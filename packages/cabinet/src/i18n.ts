import { LOCALES, type Locale, type Text } from '@trunkline/contracts/locale'
import { computed, type WritableComputedRef } from 'vue'
import { createI18n, useI18n } from 'vue-i18n'
import { nestQuotes } from './quotes.ts'

const STORAGE = 'trunkline-locale'

/** Three Russian forms: "1 канал | 2 канала | 5 каналов". */
function russianPlural(count: number, choices: number): number {
  if (choices < 3) return count === 1 ? 0 : choices - 1
  const tens = Math.abs(count) % 100
  const ones = tens % 10
  if (tens > 10 && tens < 20) return 2
  if (ones === 1) return 0
  return ones >= 2 && ones <= 4 ? 1 : 2
}

export const i18n = createI18n({
  legacy: false,
  locale: 'en' as Locale,
  fallbackLocale: 'en',
  messages: {} as Record<Locale, Record<string, never>>,
  pluralRules: { ru: russianPlural },
  missingWarn: true,
  fallbackWarn: false,
  postTranslation: (translated) =>
    typeof translated === 'string' && currentLocale() === 'ru' ? nestQuotes(translated) : translated,
})

const loaders = {
  ru: () => import('./texts/ru.ts'),
  en: () => import('./texts/en.ts'),
}
const loaded = new Set<Locale>()

/** The language to begin with: the last one chosen in this browser, else the browser's own. */
export function firstLocale(): Locale {
  const stored = localStorage.getItem(STORAGE)
  if (LOCALES.some((locale) => locale === stored)) return stored as Locale
  return navigator.language.toLowerCase().startsWith('ru') ? 'ru' : 'en'
}

/** Loads the texts of a language (once) and speaks it from now on. */
export async function setLocale(locale: Locale): Promise<void> {
  if (!loaded.has(locale)) {
    const { messages } = await loaders[locale]()
    i18n.global.setLocaleMessage(locale, messages as never)
    loaded.add(locale)
  }
  i18n.global.locale.value = locale
  localStorage.setItem(STORAGE, locale)
  document.documentElement.lang = locale
}

/** The language spoken now; also outside of components. */
export function currentLocale(): Locale {
  return i18n.global.locale.value as Locale
}

/** A text of ours outside of components. */
export function translate(key: string): string {
  return (i18n.global as unknown as { t(key: string): string }).t(key)
}

/**
 * What a component speaks with: `t` for our own texts, `say` for texts that came from the server in both languages,
 * and numbers and instants as people of that language write them.
 */
export function useWords() {
  const { t, locale } = useI18n({ useScope: 'global' })
  const lang = locale as unknown as WritableComputedRef<Locale>
  const formats = computed(() => ({
    number: new Intl.NumberFormat(lang.value),
    time: new Intl.DateTimeFormat(lang.value, { hour: '2-digit', minute: '2-digit' }),
    dateTime: new Intl.DateTimeFormat(lang.value, {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    }),
    date: new Intl.DateTimeFormat(lang.value, { day: 'numeric', month: 'long', year: 'numeric' }),
    relative: new Intl.RelativeTimeFormat(lang.value, { numeric: 'auto' }),
  }))
  return {
    t,
    locale: lang,
    say: (text: Text | null | undefined) => {
      const said = text?.[lang.value] ?? ''
      return lang.value === 'ru' ? nestQuotes(said) : said
    },
    number: (value: number) => formats.value.number.format(value),
    time: (instant: string) => formats.value.time.format(new Date(instant)),
    dateTime: (instant: string) => formats.value.dateTime.format(new Date(instant)),
    date: (instant: string) => formats.value.date.format(new Date(instant)),
    /** "5 minutes ago"; `nowMs` lets a ticking caller keep it true. */
    ago: (instant: string, nowMs: number = Date.now()) =>
      relative(formats.value.relative, (Date.parse(instant) - nowMs) / 1000),
  }
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

function relative(format: Intl.RelativeTimeFormat, seconds: number): string {
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  }
  return format.format(0, 'second')
}
