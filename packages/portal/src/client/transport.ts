/** One HTTP answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
  readonly durationMs: number
  /** Origin the request was repeated at after a 302; absent when the portal did not move. */
  readonly movedTo?: string | undefined
}

export interface HttpRequest {
  readonly url: string
  readonly body: string
  /** Default `application/json`. */
  readonly contentType?: 'application/json' | 'application/x-www-form-urlencoded'
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** HTTP with our rules: POST only, no blind redirects, no private addresses unless allowed. */
export interface Transport {
  /** Throws {@link TransportFailure} when there is no whole answer. */
  post(request: HttpRequest): Promise<HttpAnswer>
  /** Whether private addresses and plain http are allowed (the demo, a box in the company's own network). */
  readonly allowPrivate: boolean
  close(): Promise<void>
}

export interface TransportOptions {
  /** Allows private, loopback and link-local addresses, any auth server and plain http. */
  readonly allowPrivate: boolean
  /** Default 65 000. */
  readonly timeoutMs?: number
  /** Default 16 MiB. */
  readonly maxAnswerBytes?: number
}
