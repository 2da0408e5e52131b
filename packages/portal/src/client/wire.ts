/**
 * Bitrix24's own JSON, written by hand from its documentation. Nothing of ours, no behaviour.
 * Source: reference/bitrix24.md §2.2, §2.4, §4, §5 (b24restdocs of 21 Aug 2026).
 */

/** An id: a number from `crm.item.*`, a string of digits from classic methods. */
export type WireId = number | string

/** A map that PHP prints as `[]` when it is empty. */
export type WireMap<T> = Readonly<Record<string, T>> | readonly T[]

/** The `time` block of an answer. Seconds. `operating*` exist in the cloud only. */
export interface WireTime {
  readonly start?: number
  readonly finish?: number
  readonly duration?: number
  readonly processing?: number
  /** Seconds this method has run for this application in the last ten minutes. */
  readonly operating?: number
  /** Unix seconds when the oldest part of `operating` is forgotten. */
  readonly operating_reset_at?: number
}

export interface WireError {
  /** May be an empty string, or a number as a string. */
  readonly error: string
  readonly error_description?: string
}

/** `result` of `batch`. */
export interface WireBatch {
  readonly result?: WireMap<unknown>
  readonly result_error?: WireMap<WireError>
  readonly result_total?: WireMap<number>
  readonly result_next?: WireMap<number>
  readonly result_time?: WireMap<WireTime>
}

/** The fields of `crm.item.*` that we read. */
export interface WireItem {
  readonly id: WireId
  readonly title?: string | null
  readonly name?: string | null
  readonly lastName?: string | null
  readonly createdTime?: string | null
  readonly movedTime?: string | null
  readonly closedate?: string | null
  readonly dateClosed?: string | null
  /** `P` in progress, `S` success, `F` failure. */
  readonly stageSemanticId?: string | null
  readonly closed?: string | boolean | null
  readonly assignedById?: WireId | null
  readonly contactId?: WireId | null
  readonly contactIds?: WireMap<WireId> | null
  readonly companyId?: WireId | null
  readonly originId?: string | null
}

/** Answer of the token endpoint. */
export interface WireTokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in?: number | string
  /** Unix seconds; missing on code exchange in some builds. */
  readonly expires?: number | string
  /** `https://<portal>/rest/` */
  readonly client_endpoint: string
  /** `https://<auth server>/rest/` */
  readonly server_endpoint: string
  readonly member_id: string
  /** Comma list. */
  readonly scope?: string
  /** `F` free, `D` demo, `T` trial, `P` paid, `L` local, `S` subscription. */
  readonly status?: string
  readonly user_id?: WireId
}
