import { defineConfig } from 'vitest/config'
import { cabinetPlugins } from './vite.config.ts'

/** Components are mounted as they are shipped: the same plugins, in a pretend browser. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: cabinetPlugins(),
  test: {
    name: 'cabinet',
    environment: 'happy-dom',
    // As in the other rings without processes: see vitest.config.ts of the root.
    isolate: false,
    include: ['src/**/*.test.ts'],
    // The whole form of a section is large, and slow to draw on a busy machine.
    testTimeout: 30_000,
    passWithNoTests: false,
    server: { deps: { inline: ['@bitrix24/b24ui-nuxt'] } },
  },
})
