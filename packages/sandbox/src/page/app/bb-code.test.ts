import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BB_MARKS, type BbNode, parseBbCode, plainText, safeAddress } from './bb-code.ts'

const pieces = fc.array(
  fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      ...['[b]', '[/b]', '[i]', '[/i]', '[quote]', '[/quote]', '[br]', '\n', '[url]', '[/url]', '[URL=', ']'],
      ...['[url=javascript:alert(1)]', '[url="https://shop.example/a?b=1"]', '<script>alert(1)</script>'],
      ...[
        '<img src=x onerror=alert(1)>',
        'data:text/html,<b>',
        '[b=1]',
        '[[',
        '\u0000',
        'javascript:',
        '//evil.example',
        'https://b.example/x',
      ],
    ),
  ),
  { maxLength: 40 },
)

function everyNode(nodes: readonly BbNode[], look: (node: BbNode) => void): void {
  for (const node of nodes) {
    look(node)
    if ('children' in node) everyNode(node.children, look)
  }
}

describe('BB codes', () => {
  it('give only known marks and safe addresses, whatever a stranger wrote', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        everyNode(parseBbCode(parts.join('')), (node) => {
          if (node.kind === 'link') expect(node.href).toMatch(/^(https?:\/\/|mailto:|tel:|\/(?![/\\]))/)
          else expect(['text', 'break', ...BB_MARKS]).toContain(node.kind)
        })
      }),
      { numRuns: 2000 },
    )
  })

  it('lose no word: what remains is the text without the codes that were understood', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('')
        const words = (value: string) =>
          value.replace(/\[\/?(b|i|u|s|quote|url|br)(=[^\]\r\n]*)?\]|[\r\n]/gi, '')
        expect(words(plainText(parseBbCode(text)))).toBe(words(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('leave a text without codes as it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/[[\r\n]/.test(text)),
        (text) => {
          expect(plainText(parseBbCode(text))).toBe(text)
        },
      ),
    )
  })

  it('nest, and close what was left open inside', () => {
    expect(parseBbCode('[b]one [i]two[/b] three')).toEqual([
      {
        kind: 'b',
        children: [
          { kind: 'text', text: 'one ' },
          { kind: 'text', text: '[i]' },
          { kind: 'text', text: 'two' },
        ],
      },
      { kind: 'text', text: ' three' },
    ])
  })

  it('make links of addresses in quotes and of addresses that are their own text', () => {
    expect(parseBbCode("[url='https://a.example/x']name[/url]")).toMatchObject([
      { kind: 'link', href: 'https://a.example/x' },
    ])
    expect(parseBbCode('[URL]https://a.example/[/URL]')).toMatchObject([
      { kind: 'link', href: 'https://a.example/' },
    ])
  })

  it('make links of bare addresses, without the full stop and never inside another link', () => {
    expect(parseBbCode('Card: https://a.example/1. Done')).toEqual([
      { kind: 'text', text: 'Card: ' },
      {
        kind: 'link',
        href: 'https://a.example/1',
        children: [{ kind: 'text', text: 'https://a.example/1' }],
      },
      { kind: 'text', text: '. Done' },
    ])
    fc.assert(
      fc.property(pieces, (parts) => {
        everyNode(parseBbCode(`[url=https://a.example]${parts.join('')}[/url]`), (node) => {
          if (node.kind === 'link') everyNode(node.children, (inner) => expect(inner.kind).not.toBe('link'))
        })
      }),
    )
  })

  it.each([
    'javascript:alert(1)',
    ' JAVASCRIPT:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    'vbscript:x',
    '',
  ])('never make a link of %j', (address) => expect(safeAddress(address)).toBeUndefined())

  it('survive a hundred thousand opened marks', () => {
    const nodes = parseBbCode('[b]'.repeat(100_000))
    expect(plainText(nodes)).toHaveLength(300_000)
  })
})
