/** What a channel takes from an operator now: kinds of attachment and the largest file in bytes. */
export interface AttachRules {
  readonly attach: readonly string[]
  readonly maxFileBytes: number
}

export type FileRefusal = 'kind' | 'size' | 'empty'

/** The kind of attachment a file of this MIME type is. */
export function kindOf(mime: string): 'image' | 'audio' | 'video' | 'file' {
  const family = mime.split('/')[0]
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'file'
}

/**
 * Why a file cannot be sent, or null when it can. A channel that takes files of any kind takes pictures too.
 */
export function refusal(file: { type: string; size: number }, rules: AttachRules): FileRefusal | null {
  if (!rules.attach.includes(kindOf(file.type)) && !rules.attach.includes('file')) return 'kind'
  if (file.size === 0) return 'empty'
  return file.size > rules.maxFileBytes ? 'size' : null
}
