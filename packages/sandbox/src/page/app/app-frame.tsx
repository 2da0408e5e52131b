import { useEffect, useRef, useState } from 'preact/hooks'
import type { AppFrame } from '../../portal/app-frame.ts'
import { usePreferences } from './preferences.ts'

/** What the library in a frame is told about itself. */
export interface FrameFacts {
  readonly isInstalling: boolean
  readonly isAdmin: boolean
  readonly language: string
  readonly placement: string
  readonly options: unknown
  readonly auth: {
    readonly access_token: string
    readonly refresh_token: string
    readonly expires_in: number
    readonly domain: string
    readonly member_id: string
  }
}

/** An answer of this page to a call of the library. */
export interface FrameAnswer {
  readonly frame: string
  readonly id: number
  readonly result: unknown
}

const LEAST_HEIGHT = 420
const MOST_HEIGHT = 2_000

/** An application in a frame, opened by a form POST as a portal does. */
export function AppFrameView({
  frame,
  title,
  onFinish,
}: {
  frame: AppFrame
  title: string
  onFinish: () => Promise<void>
}) {
  const { texts } = usePreferences()
  const element = useRef<HTMLIFrameElement>(null)
  const form = useRef<HTMLFormElement>(null)
  const [height, setHeight] = useState(640)

  useEffect(() => {
    const listen = (event: MessageEvent): void => {
      const { frame: name, id, command, params } = (event.data ?? {}) as Record<string, unknown>
      if (event.source !== element.current?.contentWindow || name !== frame.name) return
      const answer = (result: unknown): void =>
        element.current?.contentWindow?.postMessage({ frame: name, id, result }, event.origin)
      if (command === 'facts') answer(factsOf(frame))
      if (command === 'resize') {
        const wanted = Number((params as { height?: unknown }).height)
        if (wanted > 0) setHeight(Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, wanted)))
        answer(true)
      }
      if (command === 'installFinish') {
        answer(true)
        if (frame.isInstalling) void onFinish()
      }
    }
    addEventListener('message', listen)
    form.current?.submit()
    return () => removeEventListener('message', listen)
  }, [frame, onFinish])

  return (
    <>
      <form ref={form} method="post" action={frame.action} target={frame.name} hidden>
        {Object.entries(frame.fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
      </form>
      <iframe
        key={frame.name}
        ref={element}
        name={frame.name}
        class="app-frame"
        title={texts.appFrame(title)}
        height={height}
        data-testid="app-frame"
      />
    </>
  )
}

function factsOf({ fields, isInstalling, isAdmin, language, action }: AppFrame): FrameFacts {
  return {
    isInstalling,
    isAdmin,
    language,
    placement: fields['PLACEMENT'] ?? 'DEFAULT',
    options: JSON.parse(fields['PLACEMENT_OPTIONS'] ?? '{}'),
    auth: {
      access_token: fields['AUTH_ID'] ?? '',
      refresh_token: fields['REFRESH_ID'] ?? '',
      expires_in: Number(fields['AUTH_EXPIRES']),
      domain: new URL(action).searchParams.get('DOMAIN') ?? '',
      member_id: fields['member_id'] ?? '',
    },
  }
}
