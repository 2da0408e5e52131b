import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Lock, licenceFaults, noticeText, productDependencies } from './licences.ts'
import { ROOT } from './source-tree.ts'

/** `npm run notices`: writes NOTICE.md from the lock file, and names licences that nobody has allowed. */
const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as Lock
const dependencies = productDependencies(lock)
await writeFile(join(ROOT, 'NOTICE.md'), noticeText(dependencies))
for (const fault of licenceFaults(dependencies)) {
  process.stderr.write(`${fault}\n`)
  process.exitCode = 1
}
