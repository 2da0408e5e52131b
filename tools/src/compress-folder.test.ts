import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { compressFolder } from './compress-folder.ts'

test('text of a built program lies there packed twice, the same when unpacked; small files and pictures do not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-compress-'))
  try {
    const script = 'export const answer = 42\n'.repeat(200)
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'assets/main.js'), script)
    await writeFile(join(folder, 'assets/photo.png'), Buffer.alloc(5_000))
    await writeFile(join(folder, 'small.css'), 'a{}')
    expect(await compressFolder(folder)).toBe(1)
    const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(br|gz)$/.test(name))
    expect(names.sort()).toEqual([join('assets', 'main.js.br'), join('assets', 'main.js.gz')])
    expect(brotliDecompressSync(await readFile(join(folder, 'assets/main.js.br'))).toString()).toBe(script)
    expect(gunzipSync(await readFile(join(folder, 'assets/main.js.gz'))).toString()).toBe(script)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
