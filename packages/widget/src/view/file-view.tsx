import type { WidgetChatMessage } from '@trunkline/contracts/widget/protocol'
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { sizeText } from '../texts.ts'
import type { ViewContext } from './chat-app.tsx'
import { Icon } from './icons.tsx'

type ChatFile = WidgetChatMessage['files'][number]

/** Larger pictures are offered as files: they would cost the visitor's traffic without being asked for. */
const MAX_SHOWN_BYTES = 10 * 1024 * 1024
const MAX_SIDE_PX = 720

/** A file of the talk: a picture is shown, everything else is a link that downloads. */
export function FileView({ context, file }: { context: ViewContext; file: ChatFile }): JSX.Element {
  const { client, say, locale } = context
  const canvas = useRef<HTMLCanvasElement>(null)
  const [shown, setShown] = useState(file.image && file.sizeBytes <= MAX_SHOWN_BYTES)
  useEffect(() => {
    if (!shown || !canvas.current) return
    const target = canvas.current
    let gone = false
    void client
      .download(file.url)
      .then((bytes) => bytes && drawPicture(bytes, target, () => gone))
      .catch(() => undefined)
      .then((drawn) => {
        if (!drawn && !gone) setShown(false)
      })
    return () => {
      gone = true
    }
    // The address is signed anew with every answer; the file is the same.
  }, [file.id])
  const size = sizeText(say, locale, file.sizeBytes)
  const label = say('download', { name: file.name, size })
  return (
    <a
      class={shown ? 'picture' : 'file'}
      href={client.fullUrl(file.url)}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={label}
      title={label}
    >
      {shown ? (
        <canvas
          ref={canvas}
          role="img"
          aria-label={say('picture', { name: file.name })}
          width={240}
          height={160}
        />
      ) : (
        <>
          <Icon name="file" size={20} />
          <span>{file.name}</span>
          <small>{size}</small>
        </>
      )}
    </a>
  )
}

/**
 * Draws on a canvas: a site's policy may forbid pictures from other places and from memory, but not drawing.
 * @returns whether there was a picture to draw.
 */
async function drawPicture(bytes: Blob, canvas: HTMLCanvasElement, isGone: () => boolean): Promise<boolean> {
  const picture = await createImageBitmap(bytes)
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(picture.width, picture.height))
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  const ink = canvas.getContext('2d')
  if (!ink || isGone()) return false
  ink.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return true
}
