import type { Conversation, Message } from '@trunkline/contracts/http/conversations'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { mountPage } from '../../forms/mount.fixture.ts'
import ConversationView from './ConversationView.vue'
import { forgetTalks } from './use-talk.ts'

const AT = '2026-11-22T10:00:00.000Z'
const REQUEST = {
  id: 'q1',
  number: 7,
  kind: 'request',
  requestStatus: 'not_processed',
  isTest: false,
  channel: { id: 'ch', type: 'widget', title: 'Site' },
  contact: { id: 'p', name: 'Anna' },
  status: 'open',
  assignee: null,
  unansweredSince: AT,
  unread: 1,
  lastMessage: null,
  transfer: 'passed',
  updatedAt: AT,
  startedAt: AT,
  closedAt: null,
  closeReason: null,
  closedBy: null,
  can: { write: false, writeReason: 'A form', attach: [], maxTextChars: 0, maxFileBytes: 0, typing: false },
  contactCard: {
    id: 'p',
    name: 'Anna',
    phones: [],
    emails: [],
    identities: [],
    otherConversations: [],
    crm: [],
  },
  context: {},
  request: {
    formName: 'Callback',
    formType: 'widget',
    fields: [],
    technical: false,
    personalDataConsent: true,
    mailingConsent: false,
    consentVersion: '',
    status: 'not_processed',
    statusAt: null,
    statusBy: null,
    comment: '',
    commentAt: null,
    commentBy: null,
  },
  consent: null,
  tags: [],
} as Conversation
const MESSAGE: Message = {
  id: 'm1',
  sequence: 1,
  direction: 'inbound',
  author: null,
  text: 'Call me back',
  editedAt: null,
  removedAt: null,
  at: AT,
  delivery: 'none',
  deliveryReason: null,
  attachments: [],
  replyToId: null,
}

let sent: string[]
let isHidden: boolean
let cleanup: (() => void) | undefined
beforeEach(() => {
  sent = []
  isHidden = true
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (isHidden ? 'hidden' : 'visible'))
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (init.method === 'POST') sent.push(path)
    const body = path.includes('/messages') ? { data: [MESSAGE], hasEarlier: false } : REQUEST
    return new Response(JSON.stringify(body), {
      status: 200,
      headers: { 'content-type': 'application/json' },
    })
  })
})
afterEach(() => {
  cleanup?.()
  forgetTalks()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

it('a request opened in a tab behind is read when that tab is looked at, and not before', async () => {
  const { wrapper } = await mountPage({
    render: () => h(ConversationView, { id: 'q1', draft: '', keepDraft: () => undefined }),
  })
  cleanup = () => wrapper.unmount()
  await vi.waitFor(() => expect(wrapper.find('[data-test="request"]').exists()).toBe(true))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(sent).toEqual([])
  isHidden = false
  document.dispatchEvent(new Event('visibilitychange'))
  await vi.waitFor(() => expect(sent).toEqual(['/api/conversations/q1/read']))
})
