import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contrast, paletteOf, parse } from './colour.ts'

const on = (ink: string, surface: string) => contrast(parse(ink)!, parse(surface)!)

test('whatever the colour, every word on it and of it can be read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
      const palette = paletteOf(`#${value.toString(16).padStart(6, '0')}`)
      expect(on(palette.onAccent, palette.accent)).toBeGreaterThanOrEqual(4.5)
      for (const surface of ['#ffffff', '#eef1f5', '#f1f3f7'])
        expect(on(palette.inkOnLight, surface)).toBeGreaterThanOrEqual(4.5)
      for (const surface of ['#171b21', '#12151a', '#2a303a', '#262c35'])
        expect(on(palette.inkOnDark, surface)).toBeGreaterThanOrEqual(4.5)
    }),
  )
})

test('something that is no colour is taken for the default', () => {
  expect(paletteOf('red; } * { display: none').accent).toBe('#1f6feb')
})
