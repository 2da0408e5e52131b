import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** Region for phones written without a country code, when the workspace has none. */
const FALLBACK_REGION: CountryCode = 'RU'

/**
 * A phone as E.164, or null when no number of its country has that length; keep what was given beside it. Ranges that
 * are not given out today are let through: they may be tomorrow, and a customer's number is worth more than a table's. An extension is dropped: Bitrix24
 * ignores it in search (requirements §1.6).
 * @param region ISO 3166-1 alpha-2 of the workspace, for numbers without a country code.
 */
export function normalisePhone(given: string, region: string = FALLBACK_REGION): string | null {
  const country = isSupportedCountry(region) ? region : FALLBACK_REGION
  const phone = parsePhoneNumberFromString(given.slice(0, 100), country)
  return phone?.isPossible() ? phone.number : null
}

// The longest address is 254 characters, its local part 64. Source: RFC 5321 §4.5.3.1, RFC 3696 erratum 1690.
const MAX_EMAIL_CHARS = 254
const EMAIL =
  /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u

/** An e-mail address in lower case, or null when it is not one. */
export function normaliseEmail(given: string): string | null {
  const email = given.normalize('NFC').trim().toLowerCase()
  if (email.length > MAX_EMAIL_CHARS || !EMAIL.test(email)) return null
  const local = email.slice(0, email.indexOf('@'))
  return local.startsWith('.') || local.endsWith('.') || local.includes('..') ? null : email
}
