import { escapeHtml } from '../../escape-html.ts'
import type { DemoLanguage } from '../company.ts'
import { BOUQUETS } from './bouquets.ts'
import { SITE_TEXTS, type SiteTexts } from './site-texts.ts'

/** What the pages must know of the rest of the demo. */
export interface SiteLinks {
  /** Origin of the product. */
  readonly hubUrl: string
  /** Public key of the site chat; `undefined` until the company is set up. */
  readonly siteKey: string | undefined
  readonly portalUrl: string
  readonly telegramUrl: string
}

export type SitePage = 'home' | 'delivery' | 'order' | 'thanks' | 'strict' | 'hostile'

/** Marks of advertising of the links to try, in the order of `texts.ads`. */
const UTM = [
  'utm_source=yandex&utm_medium=cpc&utm_campaign=roses&utm_content=banner-2&utm_term=%D0%B1%D1%83%D0%BA%D0%B5%D1%82',
  'utm_source=vk&utm_medium=social&utm_campaign=march-8',
  'utm_source=newsletter&utm_medium=email&utm_campaign=spring',
  'utm_source=blogger&utm_medium=referral&utm_campaign=garden&utm_content=promo15',
]

const PATHS: Readonly<Record<SitePage, string>> = {
  home: '/',
  delivery: '/delivery',
  order: '/order',
  thanks: '/thanks',
  strict: '/strict',
  hostile: '/hostile',
}

/** One page of the pretend shop. No inline script or style anywhere: the strict page is the same page. */
export function sitePage(
  page: SitePage,
  language: DemoLanguage,
  links: SiteLinks & { readonly pageUrl: string },
): string {
  const texts = SITE_TEXTS[language]
  const other = language === 'ru' ? 'en' : 'ru'
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${texts.shop} · ${texts.tagline}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/site.css">
${page === 'hostile' ? '<link rel="stylesheet" href="/hostile.css">' : ''}${widgetTag(links)}</head>
<body><aside class="test" aria-label="${texts.test}"><p>${texts.test}</p><nav class="test-links" aria-label="Trunkline">
<a href="${escapeHtml(links.hubUrl)}/">${texts.cabinet}</a><a href="${escapeHtml(links.portalUrl)}/">${texts.portal}</a><a href="${escapeHtml(links.telegramUrl)}/">${texts.messenger}</a></nav></aside>
<header><a class="brand" href="/"><img src="/icon.svg" alt="" width="40" height="40"><span><b>${texts.shop}</b><small>${texts.tagline}</small></span></a>
<nav class="menu" aria-label="${texts.shop}"><a href="/"${page === 'home' ? ' aria-current="page"' : ''}>${texts.bouquets}</a><a href="/delivery"${page === 'delivery' ? ' aria-current="page"' : ''}>${texts.delivery}</a><a href="/order"${page === 'order' ? ' aria-current="page"' : ''}>${texts.order}</a>
<a href="${PATHS[page]}?lang=${other}" lang="${other}" hreflang="${other}">${other === 'ru' ? 'Русский' : 'English'}</a></nav></header>
<main>${links.siteKey === undefined ? `<p class="note" role="status">${texts.notReady}</p>` : ''}${content(page, language, texts, links)}</main>
<footer><p>${texts.shop} · ${texts.tagline} · +7 900 000-00-00</p></footer></body></html>`
}

function content(
  page: SitePage,
  language: DemoLanguage,
  texts: SiteTexts,
  links: SiteLinks & { readonly pageUrl: string },
): string {
  if (page === 'order') return orderForm(texts, links)
  if (page === 'thanks')
    return `<section class="hero"><h1>${texts.thanksHeading}</h1><p>${texts.thanksText}</p></section>`
  if (page === 'delivery')
    return `<section class="hero"><h1>${texts.deliveryHeading}</h1><p>${texts.deliveryText}</p></section>`
  const note = page === 'strict' ? texts.strictNote : page === 'hostile' ? texts.hostileNote : ''
  const cards = BOUQUETS.map(
    (one) =>
      `<li><figure>${one.svg}<figcaption><b>${one[language]}</b><span>${one.priceRub.toLocaleString(language)} ${texts.currency}</span></figcaption></figure></li>`,
  ).join('')
  const ads = texts.ads
    .map((name, index) => `<li><a href="/?${escapeHtml(UTM[index] ?? '')}">${name}</a></li>`)
    .join('')
  return `${note === '' ? '' : `<p class="note">${note}</p>`}
<section class="hero wide"><div><h1>${texts.heading}</h1><p>${texts.lead}</p></div>${BOUQUETS[0]?.svg ?? ''}</section>
<section><h2>${texts.pricesHeading}</h2><ul class="cards">${cards}</ul></section>
<div class="columns"><section><h2>${texts.tryHeading}</h2><p>${texts.tryText}</p><ul class="links">${ads}</ul></section>
<section><h2>${texts.strictHeading}</h2><ul class="links"><li><a href="/strict">${texts.strict}</a></li><li><a href="/hostile">${texts.hostile}</a></li></ul></section></div>`
}

/** A form of the shop's own, plain HTML: it works without any script, as a form of any site may (CHAT-19, UIS-04). */
function orderForm(
  texts: SiteTexts,
  { hubUrl, siteKey, pageUrl }: SiteLinks & { readonly pageUrl: string },
): string {
  const intro = `<section class="hero"><h1>${texts.orderHeading}</h1><p>${texts.orderText}</p></section>`
  if (siteKey === undefined) return intro
  const utm = [...new URL(pageUrl).searchParams]
    .filter(([name]) => name.startsWith('utm_'))
    .map(([name, value]) => hidden(name, value))
  const sizes = texts.orderSizes.map((size) => `<option>${size}</option>`).join('')
  return `${intro}<form class="order" method="post" action="${escapeHtml(`${hubUrl}/widget/v1/${siteKey}/requests`)}">
${[hidden('form_name', texts.orderHeading), hidden('redirect', '/thanks'), hidden('page_url', pageUrl), hidden('label:size', texts.orderSize), ...utm].join('')}
<p class="trap" aria-hidden="true"><label>${texts.leaveEmpty} <input name="leave_empty" tabindex="-1" autocomplete="off"></label></p>
<p><label for="order-name">${texts.orderName}</label><input id="order-name" name="name" autocomplete="name"></p>
<p><label for="order-phone">${texts.orderPhone}</label><input id="order-phone" name="phone" type="tel" autocomplete="tel" required></p>
<p><label for="order-size">${texts.orderSize}</label><select id="order-size" name="size">${sizes}</select></p>
<p><label for="order-message">${texts.orderMessage}</label><textarea id="order-message" name="message" rows="4"></textarea></p>
<p class="tick"><input id="order-consent" type="checkbox" name="consent" required><label for="order-consent">${texts.orderConsent}</label></p>
<p class="tick"><input id="order-mailing" type="checkbox" name="mailing"><label for="order-mailing">${texts.orderMailing}</label></p>
<p class="tick"><input id="order-technical" type="checkbox" name="technical"><label for="order-technical">${texts.orderTechnical}</label></p>
<p><button type="submit">${texts.orderSend}</button></p></form>`
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`
}

/** As the cabinet writes it into the snippet: so the button has the company's colour on the very first visit. */
export const CHAT_COLOUR = '#9d2f5a'

function widgetTag({ hubUrl, siteKey }: SiteLinks): string {
  if (siteKey === undefined) return ''
  return `<script async src="${escapeHtml(hubUrl)}/widget/widget.js" data-key="${escapeHtml(siteKey)}" data-colour="${CHAT_COLOUR}"></script>`
}
