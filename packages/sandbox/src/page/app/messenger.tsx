import { render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { MessengerView } from '../../demo/telegram/telegram-page.ts'
import { clockTime, initials } from './format.ts'
import { useStoredPreferences } from './preferences.ts'
import { usePolled } from './use-live.ts'

type Talk = MessengerView['talks'][number]

const TEXTS = {
  ru: {
    pretend: 'Учебный Telegram',
    hint: 'Не настоящий: вы пишете за выдуманных людей.',
    people: 'Люди',
    newPerson: 'Имя нового человека',
    add: 'Добавить',
    nobody: 'Пока никого. Добавьте человека или запустите сценарий на странице портала «Сломать».',
    write: 'Сообщение',
    send: 'Отправить',
    photo: 'Фото',
    phone: 'Поделиться телефоном',
    picture: '📷 фото',
    waiting: (count: number) => `ждёт доставки: ${count}`,
    twice: 'Следующее доставить дважды',
    hold: 'Придержать доставку',
    release: 'Доставить по порядку',
    reversed: 'Доставить задом наперёд',
  },
  en: {
    pretend: 'Pretend Telegram',
    hint: 'Not the real one: you write as invented people.',
    people: 'People',
    newPerson: 'Name of a new person',
    add: 'Add',
    nobody: 'Nobody yet. Add a person, or start the scenario on the portal’s page “Break it”.',
    write: 'Message',
    send: 'Send',
    photo: 'Photo',
    phone: 'Share the phone number',
    picture: '📷 photo',
    waiting: (count: number) => `waiting for delivery: ${count}`,
    twice: 'Deliver the next one twice',
    hold: 'Hold delivery back',
    release: 'Deliver in order',
    reversed: 'Deliver backwards',
  },
} as const
type Texts = (typeof TEXTS)[keyof typeof TEXTS]

async function send(path: string, body: object = {}): Promise<void> {
  await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

async function look(): Promise<MessengerView> {
  return (await (await fetch('/page/talks')).json()) as MessengerView
}

/** The pretend messenger: whoever is chosen writes to the company's bot. */
export function Messenger() {
  const { language, setLanguage } = useStoredPreferences(document.documentElement.lang)
  const texts = TEXTS[language]
  const [view, refresh] = usePolled(look)
  const [chosenId, choose] = useState<number>()
  const talks = view?.talks ?? []
  const chosen = talks.find(({ person }) => person.id === chosenId) ?? talks[0]
  const act = async (path: string, body?: object): Promise<void> => {
    await send(path, body)
    await refresh()
  }
  return (
    <div class="shell messenger">
      <header class="top">
        <div class="brand">
          <img src="/page/icon.svg" alt="" width={34} height={34} />
          <div>
            <h1>{view?.bot ?? '…'}</h1>
            <span>{texts.pretend}</span>
          </div>
        </div>
        <p class="ribbon">{texts.hint}</p>
        <fieldset class="switch">
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
      </header>
      <nav class="sections" aria-label={texts.people}>
        {talks.map(({ person, lines }) => (
          <button
            key={person.id}
            type="button"
            class="quiet person"
            aria-pressed={person.id === chosen?.person.id}
            onClick={() => choose(person.id)}
          >
            <span class="avatar" aria-hidden="true">
              {initials(person.name)}
            </span>
            {person.name}
            {lines.length > 0 && <span class="count">{lines.length}</span>}
          </button>
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const form = event.currentTarget
            const name = String(new FormData(form).get('name') ?? '').trim()
            if (name === '') return
            form.reset()
            void act('/page/people', { name })
          }}
        >
          <input name="name" aria-label={texts.newPerson} placeholder={texts.newPerson} maxLength={60} />
          <button type="submit" class="quiet">
            {texts.add}
          </button>
        </form>
      </nav>
      <main id="main">
        {chosen === undefined ? (
          <p class="notice">{texts.nobody}</p>
        ) : (
          <TalkPane talk={chosen} texts={texts} act={act} />
        )}
        <div class="acts delivery">
          <button type="button" class="quiet" onClick={() => void act('/page/delivery', { act: 'twice' })}>
            {texts.twice}
          </button>
          {view?.isHeld ? (
            <>
              <button
                type="button"
                class="quiet"
                onClick={() => void act('/page/delivery', { act: 'release' })}
              >
                {texts.release}
              </button>
              <button
                type="button"
                class="quiet"
                onClick={() => void act('/page/delivery', { act: 'reversed' })}
              >
                {texts.reversed}
              </button>
            </>
          ) : (
            <button type="button" class="quiet" onClick={() => void act('/page/delivery', { act: 'hold' })}>
              {texts.hold}
            </button>
          )}
          {view !== undefined && view.waiting > 0 && (
            <span class="tag warn">{texts.waiting(view.waiting)}</span>
          )}
        </div>
      </main>
    </div>
  )
}

interface TalkPaneProps {
  readonly talk: Talk
  readonly texts: Texts
  readonly act: (path: string, body?: object) => Promise<void>
}

function TalkPane({ talk, texts, act }: TalkPaneProps) {
  const { person, lines } = talk
  const end = useRef<HTMLLIElement>(null)
  useEffect(() => end.current?.scrollIntoView({ block: 'nearest' }), [lines.length, person.id])
  return (
    <section class="panel talk" aria-labelledby="talk-title">
      <h2 id="talk-title">
        {person.name} <small>{person.phone}</small>
      </h2>
      <ol class="bubbles">
        {lines.map((line) => (
          <li key={line.id} class={line.mine ? 'mine' : ''}>
            {line.hasFile && <p>{texts.picture}</p>}
            {line.text}
            <time>{clockTime(line.at, 'ru').slice(0, 5)}</time>
          </li>
        ))}
        <li ref={end} class="end" aria-hidden="true" />
      </ol>
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault()
          const form = event.currentTarget
          const text = String(new FormData(form).get('text') ?? '')
          if (text.trim() === '') return
          form.reset()
          void act(`/page/people/${person.id}/messages`, { text })
        }}
      >
        <input name="text" aria-label={texts.write} placeholder={texts.write} autocomplete="off" />
        <button type="submit">{texts.send}</button>
        <button type="button" class="quiet" onClick={() => void act(`/page/people/${person.id}/photo`)}>
          {texts.photo}
        </button>
        <button type="button" class="quiet" onClick={() => void act(`/page/people/${person.id}/phone`)}>
          {texts.phone}
        </button>
      </form>
    </section>
  )
}

const root = document.getElementById('app')
if (root !== null) render(<Messenger />, root)
