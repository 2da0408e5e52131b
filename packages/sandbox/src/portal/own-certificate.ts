/**
 * A certificate that nobody outside knows, as a self-hosted portal in a company's own network has it. Made anew for each
 * start and good for a month; it is signed by itself, so trusting it is trusting the company's authority.
 * Source: RFC 5280 §4.1 (shape), RFC 5480 (keys), ITU-T X.690 (encoding).
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface OwnCertificate {
  /** PEM. */
  readonly key: string
  /** PEM; what a server has to trust before it speaks to this one. */
  readonly certificate: string
}

const DAY_MS = 86_400_000
/** Object identifiers: ecdsa-with-SHA256, commonName, basicConstraints, subjectAltName. */
const ECDSA_SHA256 = [1, 2, 840, 10045, 4, 3, 2]
const COMMON_NAME = [2, 5, 4, 3]
const BASIC_CONSTRAINTS = [2, 5, 29, 19]
const ALTERNATIVE_NAMES = [2, 5, 29, 17]

/** For the address 127.0.0.1 and the name localhost. */
export function createOwnCertificate(now = Date.now()): OwnCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(identifier(ECDSA_SHA256))
  const name = sequence(
    tagged(0x31, sequence(identifier(COMMON_NAME), tagged(0x0c, Buffer.from('Sandbox portal')))),
  )
  const serial = tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]))
  const extensions = sequence(
    sequence(
      identifier(BASIC_CONSTRAINTS),
      tagged(0x01, Buffer.from([0xff])),
      tagged(0x04, sequence(tagged(0x01, Buffer.from([0xff])))),
    ),
    sequence(
      identifier(ALTERNATIVE_NAMES),
      tagged(
        0x04,
        sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.from([127, 0, 0, 1]))),
      ),
    ),
  )
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    serial,
    algorithm,
    name,
    sequence(utcTime(now - DAY_MS), utcTime(now + 30 * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, extensions),
  )
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]))
  const encoded = sequence(body, algorithm, signature)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificate: `-----BEGIN CERTIFICATE-----\n${encoded}\n-----END CERTIFICATE-----\n`,
  }
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function identifier([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  const bytes = [40 * first + second]
  for (const part of rest) {
    const groups = [part & 127]
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128)
    bytes.push(...groups)
  }
  return tagged(0x06, Buffer.from(bytes))
}

function utcTime(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)
  return tagged(0x17, Buffer.from(`${digits}Z`))
}
