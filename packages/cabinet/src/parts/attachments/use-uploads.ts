import type { Attachment } from '@trunkline/contracts/http/conversations'
import type { Text } from '@trunkline/contracts/locale'
import { computed, onScopeDispose, ref } from 'vue'
import { asProblem } from '../../api/client.ts'
import { type AttachRules, type FileRefusal, refusal } from './accepts.ts'
import { uploadFile } from './upload.ts'

/** A file on its way to the server, or refused. */
export interface Upload {
  readonly key: number
  readonly name: string
  readonly sizeBytes: number
  /** Local picture to look at, for images. */
  readonly preview: string | null
  readonly share: number
  readonly state: 'uploading' | 'ready' | 'failed'
  readonly attachment: Attachment | null
  /** Why it failed, when the server said so. */
  readonly problem: Text | null
  /** Why it was not even tried. */
  readonly refusal: FileRefusal | null
}

const MAX_FILES = 10
let nextKey = 1

/**
 * The files of one reply. Dropped when the scope ends: what was being sent is stopped, previews are freed.
 * At most ten files a message (contracts: MessageRequest).
 */
export function useUploads(rules: () => AttachRules) {
  const uploads = ref<Upload[]>([])
  const files = new Map<number, File>()
  const running = new Map<number, AbortController>()

  const change = (key: number, over: Partial<Upload>) => {
    uploads.value = uploads.value.map((each) => (each.key === key ? { ...each, ...over } : each))
  }

  async function start(key: number): Promise<void> {
    const file = files.get(key)
    if (!file) return
    const stop = new AbortController()
    running.set(key, stop)
    change(key, { state: 'uploading', share: 0, problem: null })
    try {
      const attachment = await uploadFile(file, {
        signal: stop.signal,
        onProgress: (share) => change(key, { share }),
      })
      change(key, { state: 'ready', share: 1, attachment })
    } catch (error) {
      if (!stop.signal.aborted) change(key, { state: 'failed', problem: asProblem(error).title })
    } finally {
      running.delete(key)
    }
  }

  function add(list: Iterable<File>): void {
    for (const file of list) {
      if (uploads.value.length >= MAX_FILES) return
      const key = nextKey++
      const refused = refusal(file, rules())
      files.set(key, file)
      uploads.value = [
        ...uploads.value,
        {
          key,
          name: file.name,
          sizeBytes: file.size,
          preview: file.type.startsWith('image/') ? URL.createObjectURL(file) : null,
          share: 0,
          state: refused ? 'failed' : 'uploading',
          attachment: null,
          problem: null,
          refusal: refused,
        },
      ]
      if (!refused) void start(key)
    }
  }

  function remove(key: number): void {
    running.get(key)?.abort()
    const gone = uploads.value.find((each) => each.key === key)
    if (gone?.preview) URL.revokeObjectURL(gone.preview)
    files.delete(key)
    uploads.value = uploads.value.filter((each) => each.key !== key)
  }

  /** Forgets all files: they went with a message, or the conversation changed. */
  function clear(): void {
    for (const each of uploads.value) remove(each.key)
  }

  onScopeDispose(clear)
  return {
    uploads,
    add,
    remove,
    clear,
    retry: (key: number) => void start(key),
    ready: computed(() => uploads.value.flatMap((each) => (each.attachment ? [each.attachment] : []))),
    busy: computed(() => uploads.value.some((each) => each.state === 'uploading')),
    failed: computed(() => uploads.value.some((each) => each.state === 'failed')),
  }
}
