import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ChatState } from '../session.ts'
import { sizeText } from '../texts.ts'
import type { Upload } from '../uploads.ts'
import type { ViewContext } from './chat-app.tsx'
import { Icon } from './icons.tsx'

const MAX_HEIGHT_PX = 140

/** Where the visitor writes. */
export function Composer({ context, state }: { context: ViewContext; state: ChatState }): JSX.Element {
  const { session, say } = context
  const [text, setText] = useState(session.draft)
  const area = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const max = state.welcome?.maxTextChars ?? 4000
  const tooLong = text.length > max
  const uploading = state.uploads.some((upload) => upload.state === 'uploading')
  const empty = text.trim() === '' && !state.uploads.some((upload) => upload.state === 'ready')
  const blocked = empty || tooLong || uploading

  useLayoutEffect(() => {
    if (!area.current) return
    area.current.style.height = 'auto'
    area.current.style.height = `${Math.min(MAX_HEIGHT_PX, area.current.scrollHeight)}px`
  }, [text])

  const write = (next: string) => {
    setText(next)
    session.keepDraft(next)
    if (next) session.typing()
  }
  const send = () => {
    if (blocked) return
    session.send(text)
    setText('')
    area.current?.focus()
  }
  const attach = (files: FileList | null | undefined) => {
    if (files && files.length > 0) session.attach([...files])
  }
  return (
    <div class="composer">
      {state.uploads.length > 0 && (
        <ul class="uploads">
          {state.uploads.map((upload) => (
            <UploadItem
              key={upload.id}
              context={context}
              upload={upload}
              maxBytes={state.welcome?.maxFileBytes ?? 0}
            />
          ))}
        </ul>
      )}
      <div class="row">
        <input
          ref={picker}
          type="file"
          multiple
          class="hidden"
          tabIndex={-1}
          aria-hidden="true"
          onChange={(event) => {
            attach(event.currentTarget.files)
            event.currentTarget.value = ''
            area.current?.focus()
          }}
        />
        <button
          type="button"
          class="icon-button"
          aria-label={say('attach')}
          onClick={() => picker.current?.click()}
        >
          <Icon name="clip" />
        </button>
        <textarea
          ref={area}
          rows={1}
          data-first=""
          aria-label={say('yourMessage')}
          aria-invalid={tooLong}
          aria-describedby={tooLong ? 'too-long' : undefined}
          placeholder={say('placeholder')}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            send()
          }}
          onPaste={(event) => {
            const files = event.clipboardData?.files
            if (!files || files.length === 0) return
            event.preventDefault()
            attach(files)
          }}
        />
        <button
          type="button"
          class="icon-button send"
          aria-label={say('send')}
          aria-disabled={blocked}
          onClick={send}
        >
          <Icon name="send" />
        </button>
      </div>
      {tooLong && (
        <p class="fault" id="too-long">
          {say('tooLong', { count: text.length, max })}
        </p>
      )}
    </div>
  )
}

function UploadItem(props: { context: ViewContext; upload: Upload; maxBytes: number }): JSX.Element {
  const { upload, maxBytes } = props
  const { session, say, locale } = props.context
  const percent = Math.round(upload.progress * 100)
  const trouble =
    upload.state === 'too-large'
      ? say('fileTooLarge', { size: sizeText(say, locale, maxBytes) })
      : upload.state === 'failed'
        ? upload.reason || say('fileFailed')
        : ''
  return (
    <li class={`upload ${upload.state}`}>
      <Icon name="file" size={18} />
      <span class="name">{upload.name}</span>
      {upload.state === 'uploading' && (
        <progress value={percent} max={100} aria-label={say('uploading', { name: upload.name, percent })} />
      )}
      {trouble && <span class="fault">{trouble}</span>}
      {upload.state === 'failed' && (
        <button
          type="button"
          class="icon-button small"
          aria-label={`${say('retry')}: ${upload.name}`}
          onClick={() => session.retryUpload(upload.id)}
        >
          <Icon name="retry" size={18} />
        </button>
      )}
      <button
        type="button"
        class="icon-button small"
        aria-label={say('removeFile', { name: upload.name })}
        onClick={() => session.removeUpload(upload.id)}
      >
        <Icon name="close" size={18} />
      </button>
    </li>
  )
}
