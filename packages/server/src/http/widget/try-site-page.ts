import type { Locale } from '@trunkline/contracts/locale'
import type { FieldNeed } from '@trunkline/contracts/widget/protocol'
import { consentVersion } from '../../flows/own-doors/consent-wording.ts'
import type { SiteSettings } from '../../flows/own-doors/site-door.ts'
import { escapeHtml } from '../small-page.ts'

/** Name of the form in the cabinet and in the card. */
const FORM_NAMES = { ru: 'Тестовая заявка', en: 'Test request' } as const

const TEXTS = {
  ru: {
    title: 'Тестовый сайт',
    lead: 'Напишите в чат или оставьте заявку, как это сделал бы посетитель вашего сайта.',
    chat: 'Чат',
    chatText: 'Кнопка чата — в углу страницы. Это тот же виджет, который встанет на ваш сайт.',
    form: 'Заявка',
    passed: 'На портал всё отсюда передаётся как настоящее: по вашим настройкам появятся лид или сделка.',
    marked: 'Во «Входящих» такие разговоры помечены «тест», в цифрах на главной их нет.',
    technical: 'В этом канале все заявки технические, поэтому карточки из заявки не будет.',
    sent: 'Заявка отправлена.',
    inbox: 'Открыть «Входящие»',
    cabinet: 'Вернуться к каналу',
    name: 'Имя',
    phone: 'Телефон',
    email: 'Почта',
    message: 'Сообщение',
    consent: 'Согласен на обработку персональных данных',
    details: 'Подробнее',
    send: 'Отправить заявку',
  },
  en: {
    title: 'Test site',
    lead: 'Write in the chat or leave a request, as a visitor of your site would.',
    chat: 'Chat',
    chatText: 'The chat button is in the corner of the page. It is the very widget that your site will have.',
    form: 'Request',
    passed:
      'Everything from here is passed to the portal as real: your settings make a lead or a deal of it.',
    marked: 'In the inbox such conversations are marked “test”; the numbers of the home page leave them out.',
    technical: 'All requests of this channel are technical, so a request makes no card.',
    sent: 'The request is sent.',
    inbox: 'Open the inbox',
    cabinet: 'Back to the channel',
    name: 'Name',
    phone: 'Phone',
    email: 'E-mail',
    message: 'Message',
    consent: 'I agree to the processing of my personal data',
    details: 'Details',
    send: 'Send the request',
  },
} as const

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;background:Canvas;color:CanvasText}
main{max-width:36rem;margin:0 auto;padding:2rem 1.25rem 7rem}
h1{font-size:1.6rem;margin:.25rem 0}h2{font-size:1.15rem;margin:2rem 0 .25rem}
.mark{display:inline-block;padding:.1rem .6rem;border-radius:1rem;border:1px solid currentcolor;font-size:.85rem}
aside,.sent{margin:1.25rem 0;padding:.75rem 1rem;border:1px solid color-mix(in srgb,currentcolor 30%,transparent);border-radius:.75rem}
aside p,.sent p{margin:.25rem 0}
form{display:grid;gap:.9rem}label{display:grid;gap:.25rem}.tick{grid-template-columns:auto 1fr;gap:.6rem;align-items:start}
input,textarea{font:inherit;padding:.55rem .7rem;border-radius:.5rem;border:1px solid color-mix(in srgb,currentcolor 50%,transparent);background:Field;color:FieldText}
.tick input{margin-top:.3rem}
button{justify-self:start;font:inherit;padding:.65rem 1.3rem;border:0;border-radius:.5rem;background:#0b5cad;color:#fff;cursor:pointer}
a{color:LinkText}button:focus-visible,input:focus-visible,textarea:focus-visible,a:focus-visible{outline:3px solid Highlight;outline-offset:2px}
.trap{position:absolute;left:-99rem}`

export interface TrySite {
  readonly locale: Locale
  readonly nonce: string
  readonly channelId: string
  readonly publicKey: string
  readonly settings: SiteSettings
  /** A request was sent a moment ago. */
  readonly isSent: boolean
}

/**
 * The test site of a site chat: the widget as its site will have it, and its request form as plain HTML, which works with
 * any settings of the widget and at any hour (CHAT-19). No script but the widget's file.
 */
export function trySitePage(of: TrySite): string {
  const { locale, settings, publicKey } = of
  const words = TEXTS[locale]
  const colour = /^#[0-9a-f]{6}$/i.test(settings.colour) ? ` data-colour="${settings.colour}"` : ''
  const position = settings.position === 'left' ? ' data-position="left"' : ''
  const sent = of.isSent
    ? `<div class="sent" role="status"><p><b>${words.sent}</b> ${escapeHtml(settings.offlineThanks)}</p></div>`
    : ''
  return `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${words.title} · ${escapeHtml(settings.title)}</title><style nonce="${of.nonce}">${STYLE}</style>
<script nonce="${of.nonce}" async src="/widget/widget.js" data-key="${escapeHtml(publicKey)}"${colour}${position}></script></head>
<body><main><p class="mark">Trunkline</p><h1>${words.title}</h1><p>${words.lead}</p>${sent}
<aside><p>${words.passed}</p><p>${words.marked}</p><p><a href="/cabinet/inbox">${words.inbox}</a> · <a href="/cabinet/channels/${escapeHtml(of.channelId)}">${words.cabinet}</a></p></aside>
<section><h2>${words.chat}</h2><p>${words.chatText}</p></section>
<section><h2>${words.form}</h2>${settings.technicalRequests ? `<p>${words.technical}</p>` : ''}${requestForm(of)}</section></main></body></html>`
}

function requestForm({ locale, settings, publicKey }: TrySite): string {
  const words = TEXTS[locale]
  const field = (name: 'name' | 'phone' | 'email' | 'message', need: FieldNeed, type: string) => {
    if (need === 'off') return ''
    const rest = `name="${name}" ${need === 'required' ? 'required' : ''} ${name === 'message' ? 'rows="3"' : `autocomplete="${name === 'phone' ? 'tel' : name}"`}`
    const input = name === 'message' ? `<textarea ${rest}></textarea>` : `<input type="${type}" ${rest}>`
    return `<label>${words[name]}${need === 'required' ? ' *' : ''}${input}</label>`
  }
  const url = URL.parse(settings.consentUrl)
  const details =
    url?.protocol === 'https:' ? ` <a href="${escapeHtml(url.href)}" rel="noopener">${words.details}</a>` : ''
  const mailing =
    settings.mailingText === ''
      ? ''
      : `<label class="tick"><input type="checkbox" name="mailing"><span>${escapeHtml(settings.mailingText)}</span></label>`
  return `<p>${escapeHtml(settings.offlineText)}</p><form method="post" action="/widget/v1/${escapeHtml(publicKey)}/requests">
<input type="hidden" name="form_name" value="${FORM_NAMES[locale]}"><input type="hidden" name="redirect" value="/try/${escapeHtml(publicKey)}?sent=1">
<input type="hidden" name="consent_version" value="${consentVersion(settings, 'request-form')}"><input type="hidden" name="page_title" value="${words.title}">
<p class="trap" aria-hidden="true"><label>leave_empty <input name="leave_empty" tabindex="-1" autocomplete="off"></label></p>
${field('name', settings.offlineName, 'text')}${field('phone', settings.offlinePhone, 'tel')}${field('email', settings.offlineEmail, 'email')}${field('message', settings.offlineMessage, '')}
<label class="tick"><input type="checkbox" name="consent" required><span>${escapeHtml(settings.consentText || words.consent)}${details}</span></label>${mailing}
<button>${words.send}</button></form>`
}
