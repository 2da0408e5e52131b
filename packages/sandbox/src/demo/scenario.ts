/**
 * A scenario: several people write over time, as customers do, so that an inbox is alive. The same people come again
 * at the next play, as repeated contacts.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DemoLanguage } from './company.ts'

/** What a person of the scenario can do on their network. */
export interface ScenarioPerson {
  write(text: string): void
  sharePhone(): void
  sendPhoto(caption: string): void
}

/** Brings a person onto their network; the same name is the same person. */
export type ScenarioCast = (name: string) => ScenarioPerson

interface Beat {
  /** Since the beginning of the scenario. */
  readonly atSeconds: number
  readonly who: keyof typeof NAMES.ru
  readonly act: 'phone' | { readonly say: Said } | { readonly photo: Said }
}
type Said = Readonly<Record<DemoLanguage, string>>

const NAMES = {
  ru: {
    asking: 'Ольга Ветрова',
    photographer: 'Кирилл Мельник',
    hasty: 'Тимофей Ким',
    quiet: 'Лена',
    office: 'Вера Андреевна Полякова',
  },
  en: {
    asking: 'Olga Vetrova',
    photographer: 'Cyril Melnik',
    hasty: 'Timothy Kim',
    quiet: 'Lena',
    office: 'Vera Polyakova',
  },
} as const

const say = (ru: string, en: string): Beat['act'] => ({ say: { ru, en } })

const BEATS: readonly Beat[] = [
  {
    atSeconds: 0,
    who: 'asking',
    act: say(
      'Здравствуйте! Сколько стоит букет «Вечерний» с доставкой на завтра?',
      'Hello! How much is the Evening bouquet delivered tomorrow?',
    ),
  },
  {
    atSeconds: 3,
    who: 'hasty',
    act: say(
      'Заказ 1184, курьер уже час едет. Где он?',
      'Order 1184, the courier has been on the way for an hour. Where is he?',
    ),
  },
  { atSeconds: 5, who: 'asking', act: 'phone' },
  {
    atSeconds: 8,
    who: 'photographer',
    act: { photo: { ru: 'Можно собрать похожий?', en: 'Can you make one like this?' } },
  },
  { atSeconds: 11, who: 'hasty', act: say('Алло?', 'Hello?') },
  { atSeconds: 14, who: 'quiet', act: say('Вы сегодня до скольки?', 'Until when are you open today?') },
  {
    atSeconds: 18,
    who: 'office',
    act: say(
      'Добрый день. Нужны букеты для офиса, 12 штук каждый понедельник. Пришлите, пожалуйста, условия.',
      'Good afternoon. We need 12 bouquets for the office every Monday. Please send your terms.',
    ),
  },
  { atSeconds: 21, who: 'hasty', act: 'phone' },
  { atSeconds: 24, who: 'photographer', act: say('Бюджет до 4000, к субботе.', 'Up to 4,000, by Saturday.') },
  { atSeconds: 27, who: 'office', act: 'phone' },
  {
    atSeconds: 31,
    who: 'asking',
    act: say(
      'И ещё: можно открытку со своим текстом?',
      'One more thing: can you add a card with my own words?',
    ),
  },
  { atSeconds: 36, who: 'photographer', act: 'phone' },
  {
    atSeconds: 40,
    who: 'hasty',
    act: say('Приехал, спасибо, цветы отличные!', 'He is here, thank you, lovely flowers!'),
  },
]

/** Names of everybody who appears. */
export function scenarioNames(language: DemoLanguage): readonly string[] {
  return Object.values(NAMES[language])
}

export interface ScenarioOptions {
  readonly language: DemoLanguage
  readonly cast: ScenarioCast
  /** 1 = as in life, 0.01 = a hundred times faster. */
  readonly pace?: number
  readonly signal?: AbortSignal
}

/** Plays it once. @returns how many acts there were; fewer than all when the signal ended it. */
export async function playScenario({ language, cast, pace = 1, signal }: ScenarioOptions): Promise<number> {
  const startedAt = Date.now()
  let played = 0
  for (const { atSeconds, who, act } of BEATS) {
    const waitMs = startedAt + atSeconds * 1000 * pace - Date.now()
    if (waitMs > 0)
      await sleep(waitMs, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
        if (!signal?.aborted) throw error
      })
    if (signal?.aborted) return played
    const person = cast(NAMES[language][who])
    if (act === 'phone') person.sharePhone()
    else if ('say' in act) person.write(act.say[language])
    else person.sendPhoto(act.photo[language])
    played += 1
  }
  return played
}

/** The button's side of it: one play at a time, ended with the process. */
export interface ScenarioPlayer {
  readonly isRunning: boolean
  start(): void
  stop(): Promise<void>
}

/** @param onFault told when a play ends by an error, which is nobody's answer to wait for. */
export function createScenarioPlayer(
  options: Omit<ScenarioOptions, 'signal'>,
  onFault: (error: unknown) => void,
): ScenarioPlayer {
  let running: { readonly abort: AbortController; readonly end: Promise<void> } | undefined
  return {
    get isRunning() {
      return running !== undefined
    },
    start() {
      if (running !== undefined) return
      const abort = new AbortController()
      const end = playScenario({ ...options, signal: abort.signal })
        .then(() => undefined, onFault)
        .finally(() => {
          running = undefined
        })
      running = { abort, end }
    },
    async stop() {
      running?.abort.abort()
      await running?.end
    },
  }
}
