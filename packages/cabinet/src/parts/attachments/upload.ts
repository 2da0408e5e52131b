import type { Attachment } from '@trunkline/contracts/http/conversations'
import type { Problem } from '@trunkline/contracts/http/shared'
import { ApiProblem } from '../../api/client.ts'

/**
 * Sends one file of an operator: POST /api/attachments, multipart field `file` → Attachment.
 *
 * XMLHttpRequest, because `fetch` does not tell how much has left.
 * @param onProgress share sent so far, 0…1.
 * @throws {ApiProblem} when refused or when the server does not answer; rejects with `AbortError` when aborted.
 */
export function uploadFile(
  file: File,
  options: { signal: AbortSignal; onProgress: (share: number) => void },
): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest()
    call.open('POST', '/api/attachments')
    call.setRequestHeader('accept', 'application/json')
    call.setRequestHeader('x-trunkline', '1')
    call.responseType = 'json'
    call.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) options.onProgress(event.loaded / event.total)
    }
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) resolve(call.response as Attachment)
      else reject(new ApiProblem(call.status, (call.response ?? {}) as Partial<Problem>))
    }
    call.onerror = () => reject(new ApiProblem(0, { code: 'server/not-ready' }))
    call.onabort = () => reject(new DOMException('The upload was cancelled', 'AbortError'))
    options.signal.addEventListener('abort', () => call.abort(), { once: true })
    const form = new FormData()
    form.append('file', file, file.name)
    call.send(form)
  })
}
