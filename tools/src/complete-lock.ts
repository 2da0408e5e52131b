import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { completeLock, type LockFile, missingOptionals } from './lock-file.ts'
import { ROOT } from './source-tree.ts'

/** `npm run lock`: names in package-lock.json the packages of other systems that npm left out. After each install. */
const path = join(ROOT, 'package-lock.json')
const lock = JSON.parse(await readFile(path, 'utf8')) as LockFile
const missing = missingOptionals(lock)
if (missing.length > 0) await writeFile(path, `${JSON.stringify(completeLock(lock), null, 2)}\n`)
process.stdout.write(`${missing.length} added\n`)
