import { describe, expect, it } from 'vitest'
import { refusal } from './accepts.ts'
import { fileSize } from './file-size.ts'

describe('files of a reply', () => {
  const rules = { attach: ['image'], maxFileBytes: 1000 }
  it('are refused before they leave: wrong kind, too large, empty', () => {
    expect(refusal({ type: 'image/png', size: 1000 }, rules)).toBeNull()
    expect(refusal({ type: 'image/png', size: 1001 }, rules)).toBe('size')
    expect(refusal({ type: 'application/pdf', size: 10 }, rules)).toBe('kind')
    expect(refusal({ type: 'image/png', size: 0 }, rules)).toBe('empty')
  })
  it('of any kind go where plain files do', () => {
    expect(refusal({ type: 'video/mp4', size: 10 }, { attach: ['file'], maxFileBytes: 1000 })).toBeNull()
    expect(refusal({ type: 'image/png', size: 10 }, { attach: [], maxFileBytes: 1000 })).toBe('kind')
  })
  it('have sizes as people of the language write them', () => {
    expect(fileSize(1_250_000, 'en')).toBe('1.3 MB')
    expect(fileSize(1_250_000, 'ru').replace(/\s/g, ' ')).toBe('1,3 МБ')
    expect(fileSize(340_400, 'en')).toBe('340 kB')
    expect([1, 25].map((bytes) => fileSize(bytes, 'en'))).toEqual(['1 byte', '25 bytes'])
  })
})
