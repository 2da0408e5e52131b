import type { ChannelManifest } from '@trunkline/contracts/channel/manifest'
import type { Channel, ChannelKey } from '@trunkline/contracts/http/channels'
import type { Home } from '@trunkline/contracts/http/journal'
import type { AuditEntry, Me, Member, Role, SetupRequest } from '@trunkline/contracts/http/people'
import type { EmployeeLink, EmployeeLinks, OfferedLink } from '@trunkline/contracts/http/portal-members'
import type { Portal, PortalDirectory } from '@trunkline/contracts/http/portals'
import { api, request } from './client.ts'

/** Every call of the cabinet except inbox, journal and the settings of integrations, in one place: the server's routes are read against this. */

export interface PortalInput {
  readonly name?: string
  readonly domain: string
  readonly clientId?: string
  readonly clientSecret?: string
}
export interface PortalAuthorisation {
  readonly portal: Portal
  readonly authorizeUrl: string
}
export interface MemberInput {
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly password: string
}
export interface Rows<T> {
  readonly data: T[]
}
export interface RowsPage<T> extends Rows<T> {
  readonly nextCursor: string | null
}

type Signal = AbortSignal | undefined
const at = (id: string) => encodeURIComponent(id)
export const setup = (body: SetupRequest) => request<Me>('POST', '/api/setup', { body, allowSignedOut: true })
export const saveMe = (body: { name?: string; locale?: 'ru' | 'en' }) => api.patch<Me>('/api/me', body)

// Signing in is the library's own API (better-auth under /api/auth).
export const signIn = (body: { email: string; password: string }) =>
  request<{ twoFactorRedirect?: boolean }>('POST', '/api/auth/sign-in/email', { body, allowSignedOut: true })
export const verifyTotp = (body: { code: string; trustDevice?: boolean }) =>
  request('POST', '/api/auth/two-factor/verify-totp', { body, allowSignedOut: true })
export const verifyBackupCode = (body: { code: string }) =>
  request('POST', '/api/auth/two-factor/verify-backup-code', { body, allowSignedOut: true })
export const changePassword = (body: {
  currentPassword: string
  newPassword: string
  revokeOtherSessions: boolean
}) => request('POST', '/api/auth/change-password', { body, allowSignedOut: true })
export const enableTwoFactor = (body: { password: string }) =>
  request<{ totpURI: string; backupCodes: string[] }>('POST', '/api/auth/two-factor/enable', {
    body,
    allowSignedOut: true,
  })
export const disableTwoFactor = (body: { password: string }) =>
  request('POST', '/api/auth/two-factor/disable', { body, allowSignedOut: true })

export const home = (signal?: Signal) => api.get<Home>('/api/home', undefined, signal)

export const portals = (signal?: Signal) => api.get<Rows<Portal>>('/api/portals', undefined, signal)
export const createPortal = (body: PortalInput) => api.post<PortalAuthorisation>('/api/portals', body)
export const changePortal = (id: string, body: { name?: string; domain?: string }) =>
  api.patch<Portal>(`/api/portals/${at(id)}`, body)
export const deletePortal = (id: string) => api.delete(`/api/portals/${at(id)}`)
/** Begins the connection anew: a fresh address of the portal's consent page. */
export const authorisePortal = (id: string) =>
  api.post<PortalAuthorisation>(`/api/portals/${at(id)}/authorise`)
export const checkPortal = (id: string) => api.post<Portal>(`/api/portals/${at(id)}/check`)
/** Refreshes the authorisation keys (CHAT-21). */
export const refreshPortal = (id: string) => api.post<Portal>(`/api/portals/${at(id)}/refresh`)
export const syncPortal = (id: string) => api.post<PortalDirectory>(`/api/portals/${at(id)}/sync`)

export const channelTypes = (signal?: Signal) =>
  api.get<Rows<ChannelManifest>>('/api/channel-types', undefined, signal)
export const channels = (signal?: Signal) => api.get<Rows<Channel>>('/api/channels', undefined, signal)
export const channel = (id: string, signal?: Signal) =>
  api.get<Channel>(`/api/channels/${at(id)}`, undefined, signal)
export const createChannel = (body: { type: string; title: string; settings: Record<string, unknown> }) =>
  api.post<Channel>('/api/channels', body)
export const changeChannel = (id: string, body: { title?: string; settings?: Record<string, unknown> }) =>
  api.patch<Channel>(`/api/channels/${at(id)}`, body)
export const connectChannel = (id: string) => api.post<Channel>(`/api/channels/${at(id)}/connect`)
export const checkChannel = (id: string) => api.post<Channel>(`/api/channels/${at(id)}/check`)
export const disconnectChannel = (id: string) => api.post<Channel>(`/api/channels/${at(id)}/disconnect`)
export const deleteChannel = (id: string) => api.delete(`/api/channels/${at(id)}`)
export const channelKeys = (id: string, signal?: Signal) =>
  api.get<Rows<ChannelKey>>(`/api/channels/${at(id)}/keys`, undefined, signal)
export const createChannelKey = (id: string, title: string) =>
  api.post<ChannelKey>(`/api/channels/${at(id)}/keys`, { title })
export const deleteChannelKey = (id: string, keyId: string) =>
  api.delete(`/api/channels/${at(id)}/keys/${at(keyId)}`)

export const members = (signal?: Signal) => api.get<Rows<Member>>('/api/members', undefined, signal)
export const addMember = (body: MemberInput) => api.post<Member>('/api/members', body)
export const changeMember = (userId: string, role: Role) =>
  api.patch<Member>(`/api/members/${at(userId)}`, { role })
export const removeMember = (userId: string) => api.delete(`/api/members/${at(userId)}`)
export const employeeLinks = (signal?: Signal) =>
  api.get<EmployeeLinks>('/api/employee-links', undefined, signal)
export const confirmEmployeeLink = (link: EmployeeLink) =>
  api.post<EmployeeLinks>('/api/employee-links', {
    userId: link.userId,
    portalId: link.portalId,
    portalUserId: link.portalUserId,
  })
export const undoEmployeeLink = (link: EmployeeLink) =>
  api.delete(`/api/employee-links/${at(link.portalId)}/${at(link.portalUserId)}`)
/** Whom the person in this tab would be linked to; the tab was opened from our frame inside Bitrix24. */
export const offeredLink = (signal?: Signal) => api.get<OfferedLink>('/api/frame-link', undefined, signal)
export const acceptOfferedLink = () => api.post<undefined>('/api/frame-link')
export const audit = (cursor: string | null, signal?: Signal) =>
  api.get<RowsPage<AuditEntry>>('/api/audit', { cursor }, signal)
