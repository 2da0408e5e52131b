import type { WidgetFile } from '@trunkline/contracts/widget/protocol'
import type { HubClient } from './hub-client.ts'
import { randomId } from './random-id.ts'

/** A file that the visitor chose and has not sent yet. */
export interface Upload {
  readonly id: string
  readonly name: string
  readonly sizeBytes: number
  readonly state: 'uploading' | 'ready' | 'failed' | 'too-large'
  /** 0 to 1. */
  readonly progress: number
  /** Words of the hub, when it refused the file. */
  readonly reason?: string
}

export interface Uploads {
  add(files: readonly File[]): void
  remove(id: string): void
  retry(id: string): void
  /** The uploaded files, for the message that goes now; they leave the list. */
  take(): WidgetFile[]
}

const MAX_FILES = 10

/** Uploads files as soon as they are chosen, so that sending the message is one small call. */
export function createUploads(deps: {
  readonly client: Pick<HubClient, 'upload'>
  readonly maxBytes: () => number
  readonly changed: (uploads: readonly Upload[]) => void
  readonly alone: (work: () => Promise<void>) => Promise<void>
  readonly uploaded: (file: WidgetFile) => void
  readonly signedOut: () => void
}): Uploads {
  interface Chosen extends Upload {
    readonly file: File
    readonly stop: AbortController
    readonly uploaded?: WidgetFile
  }
  let chosen: Chosen[] = []

  function change(id: string, by: Partial<Chosen>): void {
    chosen = chosen.map((one) => (one.id === id ? { ...one, ...by } : one))
    tell()
  }
  const tell = () =>
    deps.changed(
      chosen.map(({ id, name, sizeBytes, state, progress, reason }) => ({
        id,
        name,
        sizeBytes,
        state,
        progress,
        ...(reason ? { reason } : {}),
      })),
    )

  function start({ id, file, stop }: Chosen): void {
    void deps.alone(async () => {
      if (stop.signal.aborted) return
      const answer = await deps.client.upload(file, (progress) => change(id, { progress }), stop.signal)
      if (stop.signal.aborted) return
      if (answer.kind === 'ok') {
        deps.uploaded(answer.value)
        change(id, { state: 'ready', progress: 1, uploaded: answer.value })
        return
      }
      if (answer.kind === 'refused' && answer.status === 401) deps.signedOut()
      change(id, {
        state: answer.kind === 'refused' && answer.status === 413 ? 'too-large' : 'failed',
        ...(answer.kind === 'refused' ? { reason: answer.title } : {}),
      })
    })
  }

  return {
    add(files) {
      for (const file of files.slice(0, Math.max(0, MAX_FILES - chosen.length))) {
        const tooLarge = deps.maxBytes() > 0 && file.size > deps.maxBytes()
        const one: Chosen = {
          id: randomId(),
          name: file.name || 'file',
          sizeBytes: file.size,
          state: tooLarge ? 'too-large' : 'uploading',
          progress: 0,
          file,
          stop: new AbortController(),
        }
        chosen = [...chosen, one]
        if (!tooLarge) start(one)
      }
      tell()
    },
    remove(id) {
      chosen.find((one) => one.id === id)?.stop.abort()
      chosen = chosen.filter((one) => one.id !== id)
      tell()
    },
    retry(id) {
      change(id, { state: 'uploading', progress: 0 })
      const one = chosen.find((each) => each.id === id)
      if (one) start(one)
    },
    take() {
      const ready = chosen.flatMap(({ uploaded }) => (uploaded ? [uploaded] : []))
      chosen = chosen.filter(({ uploaded }) => !uploaded)
      tell()
      return ready
    },
  }
}
