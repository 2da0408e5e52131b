import { fileURLToPath } from 'node:url'
import { buildWidget } from './build-widget.ts'

await buildWidget(fileURLToPath(new URL('dist/widget.js', import.meta.url)))
