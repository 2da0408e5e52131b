import { readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Writes `src/components.d.ts`, the types of the kit's components that its Vite plugin registers for templates.
 * The file is committed: type checking then needs no build before it. Run again after the kit is updated.
 */
const kit = join(dirname(fileURLToPath(import.meta.resolve('@bitrix24/b24ui-nuxt/utils'))), '../components')
const names = readdirSync(kit)
  .filter((file) => file.endsWith('.vue'))
  .map((file) => file.slice(0, -'.vue'.length))
  .sort()
const lines = names.map(
  (name) => `    B24${name}: (typeof import('@bitrix24/b24ui-nuxt/components/${name}.vue'))['default']`,
)
writeFileSync(
  fileURLToPath(new URL('../src/components.d.ts', import.meta.url)),
  `// Written by tools/write-components.ts.
export {}

declare module 'vue' {
  export interface GlobalComponents {
${lines.join('\n')}
    RouterLink: (typeof import('vue-router'))['RouterLink']
    RouterView: (typeof import('vue-router'))['RouterView']
  }
}
`,
)
