import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { channelIdentity, type IdentityRow, matchContact, type Person } from './match.ts'
import { normaliseEmail, normalisePhone } from './normalise.ts'

describe('a phone', () => {
  test.each([
    ['8 (916) 123-45-67', 'RU', '+79161234567'],
    ['+7 916 123 45 67 доб. 12', 'RU', '+79161234567'],
    ['9161234567', 'RU', '+79161234567'],
    ['+998 90 123 45 67', 'RU', '+998901234567'],
    ['020 7946 0958', 'GB', '+442079460958'],
    ['8 916 123-45-67', 'nowhere', '+79161234567'],
  ])('%s in %s is %s', (given, region, expected) => {
    expect(normalisePhone(given, region)).toBe(expected)
  })

  test.each(['', '12345', 'позвоните мне', '+7 916', '@anna', '8 916 123-45-67-89-00-11-22-33'])(
    '%s is none',
    (given) => {
      expect(normalisePhone(given)).toBeNull()
    },
  )

  test('normalised twice stays the same, and nothing throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[0-9 ()-]{5,20}$/)), (given) => {
        const once = normalisePhone(given)
        if (once !== null) {
          expect(once).toMatch(/^\+[1-9]\d{4,14}$/)
          expect(normalisePhone(once)).toBe(once)
        }
      }),
    )
  })
})

describe('an e-mail', () => {
  test('is one whatever the letter case', () => {
    expect(normaliseEmail('  Anna.Ivanova@Example.COM ')).toBe('anna.ivanova@example.com')
    expect(normaliseEmail('почта@пример.рф')).toBe('почта@пример.рф')
    expect(normaliseEmail('a+b@sub.example.co.uk')).toBe('a+b@sub.example.co.uk')
  })

  test.each([
    '',
    'anna',
    'anna@',
    '@example.com',
    'a b@example.com',
    'a@b',
    'a@-x.com',
    'a..b@x.com',
    'a@x.com, b@x.com',
    `${'a'.repeat(250)}@x.com`,
  ])('%s is none', (given) => {
    expect(normaliseEmail(given)).toBeNull()
  })
})

const CHANNEL = channelIdentity('ch1', '42')
const person = (change: Partial<Person> = {}): Person => ({
  channel: CHANNEL,
  phone: null,
  email: null,
  vouched: [],
  ...change,
})
const row = (contactId: string, kind: IdentityRow['kind'], value: string, vouched = false): IdentityRow => ({
  contactId,
  kind,
  value,
  vouched,
})
const PHONE = '+79161234567'

describe('a contact', () => {
  test('nobody knows is new, with all its identities', () => {
    expect(matchContact({ person: person({ phone: PHONE, email: 'a@x.com' }), rows: [] })).toEqual({
      contactId: null,
      addIdentities: [
        { kind: 'channel', value: CHANNEL, vouched: true },
        { kind: 'phone', value: PHONE, vouched: false },
        { kind: 'email', value: 'a@x.com', vouched: false },
      ],
      vouchFor: [],
      mergeFrom: [],
      evidence: [],
    })
  })

  test('is the one with the same channel identity, and nothing is added twice', () => {
    const rows = [row('c1', 'channel', CHANNEL), row('c1', 'phone', PHONE)]
    expect(matchContact({ person: person({ phone: PHONE }), rows })).toEqual({
      contactId: 'c1',
      addIdentities: [],
      vouchFor: [],
      mergeFrom: [],
      evidence: [],
    })
  })

  test('new in a channel joins the one who has the phone', () => {
    const match = matchContact({ person: person({ phone: PHONE }), rows: [row('c2', 'phone', PHONE)] })
    expect(match).toMatchObject({
      contactId: 'c2',
      mergeFrom: [],
      addIdentities: [{ kind: 'channel', value: CHANNEL }],
    })
    expect(match.evidence).toEqual([
      {
        kind: 'phone',
        value: PHONE,
        vouched: false,
        otherContactId: 'c2',
        verdict: 'joined',
        why: 'no-own-value',
      },
    ])
  })

  test('known without a phone is merged into the one who has it', () => {
    const rows = [row('c1', 'channel', CHANNEL), row('c2', 'phone', PHONE)]
    expect(matchContact({ person: person({ phone: PHONE }), rows })).toMatchObject({
      contactId: 'c2',
      mergeFrom: ['c1'],
      addIdentities: [],
    })
  })

  test('with a phone of its own is kept apart from the owner of another phone, with evidence', () => {
    const rows = [
      row('c1', 'channel', CHANNEL),
      row('c1', 'phone', '+79160000000'),
      row('c2', 'phone', PHONE),
    ]
    const match = matchContact({ person: person({ phone: PHONE }), rows })
    expect(match).toMatchObject({ contactId: 'c1', mergeFrom: [], addIdentities: [] })
    expect(match.evidence).toMatchObject([
      { otherContactId: 'c2', verdict: 'kept-apart', why: 'has-own-value' },
    ])
  })

  test('goes by phone when phone and e-mail point to people with phones of their own', () => {
    const rows = [
      row('c2', 'phone', PHONE),
      row('c3', 'email', 'a@x.com'),
      row('c3', 'phone', '+79160000000'),
    ]
    const match = matchContact({ person: person({ phone: PHONE, email: 'a@x.com' }), rows })
    expect(match).toMatchObject({ contactId: 'c2', mergeFrom: [] })
    expect(match.evidence.map(({ otherContactId, why }) => [otherContactId, why])).toEqual([
      ['c2', 'no-own-value'],
      ['c3', 'phones-differ'],
    ])
    expect(match.addIdentities.map(({ kind }) => kind)).toEqual(['channel'])
  })

  test('whose phone and e-mail were known as two people without conflict makes them one, who had the phone', () => {
    const rows = [row('c1', 'channel', CHANNEL), row('c2', 'phone', PHONE), row('c3', 'email', 'a@x.com')]
    const match = matchContact({ person: person({ phone: PHONE, email: 'a@x.com' }), rows })
    expect(match).toMatchObject({ contactId: 'c2', mergeFrom: ['c1', 'c3'], addIdentities: [] })
  })

  test('gets a second phone of its own when nobody else has it', () => {
    const rows = [row('c1', 'channel', CHANNEL), row('c1', 'phone', '+79160000000')]
    expect(matchContact({ person: person({ phone: PHONE }), rows }).addIdentities).toEqual([
      { kind: 'phone', value: PHONE, vouched: false },
    ])
  })

  test('has a claimed phone marked vouched once the network proves it', () => {
    const rows = [row('c1', 'channel', CHANNEL), row('c1', 'phone', PHONE)]
    expect(matchContact({ person: person({ phone: PHONE, vouched: ['phone'] }), rows }).vouchFor).toEqual([
      { kind: 'phone', value: PHONE },
    ])
  })

  test('has an e-mail that was only typed stay a claim beside a phone that is proved', () => {
    const typed = person({ phone: PHONE, email: 'a@x.com', vouched: ['phone'] })
    expect(matchContact({ person: typed, rows: [] }).addIdentities).toEqual([
      { kind: 'channel', value: CHANNEL, vouched: true },
      { kind: 'phone', value: PHONE, vouched: true },
      { kind: 'email', value: 'a@x.com', vouched: false },
    ])
    const rows = [row('c1', 'channel', CHANNEL), row('c1', 'email', 'a@x.com')]
    expect(matchContact({ person: typed, rows }).vouchFor).toEqual([])
  })

  const anyRow = fc.record({
    contactId: fc.constantFrom('c1', 'c2', 'c3'),
    kind: fc.constantFrom('channel' as const, 'phone' as const, 'email' as const),
    value: fc.constantFrom(CHANNEL, 'ch2:7', PHONE, '+79160000000', 'a@x.com'),
    vouched: fc.boolean(),
  })
  const anyPerson = fc.record({
    channel: fc.constant(CHANNEL),
    phone: fc.constantFrom(null, PHONE),
    email: fc.constantFrom(null, 'a@x.com'),
    vouched: fc.subarray(['phone' as const, 'email' as const]),
  })

  test('matched again after the result was stored is the same, with nothing left to do', () => {
    fc.assert(
      fc.property(
        anyPerson,
        fc.uniqueArray(anyRow, { selector: (one) => `${one.kind} ${one.value}`, maxLength: 6 }),
        (someone, rows) => {
          const match = matchContact({ person: someone, rows })
          expect(matchContact({ person: someone, rows: rows.toReversed() })).toEqual(match)
          const id = match.contactId ?? 'new'
          const stored = [
            ...rows.map((one) => (match.mergeFrom.includes(one.contactId) ? { ...one, contactId: id } : one)),
            ...match.addIdentities.map((one) => ({ ...one, contactId: id })),
          ]
          // A phone or e-mail has one owner.
          const owners = stored.map((one) => `${one.kind} ${one.value}`)
          expect(new Set(owners).size).toBe(owners.length)
          const again = matchContact({ person: someone, rows: stored })
          expect(again).toMatchObject({ contactId: id, addIdentities: [], mergeFrom: [] })
        },
      ),
      { numRuns: 1000 },
    )
  })
})
