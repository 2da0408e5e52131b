import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorsText } from './error-catalogue.ts'
import { ROOT } from './source-tree.ts'

/** `npm run errors`: writes docs/errors.md from the catalogue. */
await writeFile(join(ROOT, 'docs/errors.md'), errorsText())
