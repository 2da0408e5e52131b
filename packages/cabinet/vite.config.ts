import b24ui from '@bitrix24/b24ui-nuxt/vite'
import vueI18n from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type PluginOption } from 'vite'

/** The plugins of the cabinet; its unit tests use the same ones, so that they mount what is shipped. */
export function cabinetPlugins(): PluginOption[] {
  return [
    vue(),
    vueI18n({
      include: [new URL('./src/texts/**/*.json', import.meta.url).pathname],
      strictMessage: true,
      runtimeOnly: true,
      dropMessageCompiler: true,
    }),
    b24ui({
      prose: false,
      autoImport: false,
      components: { dts: false },
      colorModeInitialValue: 'auto',
      colorModeStorageKey: 'trunkline-theme',
      experimental: { componentDetection: true },
      // Where the kit's own looks are too tight for us.
      b24ui: {
        modal: {
          slots: {
            header: 'items-start',
            title: 'leading-snug',
            description: 'mt-1 text-base leading-snug text-ink-2',
          },
        },
        dropdownMenu: {
          slots: {
            item: 'h-auto min-h-9 py-1.5 dark:hover:bg-sunken dark:data-highlighted:not-active:bg-sunken dark:data-[state=open]:bg-sunken',
            itemDescription: 'mt-0',
          },
        },
        formField: { slots: { help: 'not-italic text-ink-3', errorWrapper: 'mt-1 gap-1' } },
        selectMenu: {
          slots: {
            content: 'w-(--reka-combobox-trigger-width) min-w-60',
            viewport: 'w-full',
            item: 'h-auto min-h-9 py-1.5',
            itemDescription: 'mt-0',
          },
        },
      },
    }),
  ]
}

/** Where `npm run dev` of this package finds a running server; production serves both from one origin. */
const server = process.env.TRUNKLINE_URL ?? 'http://localhost:3000'

export default defineConfig({
  base: '/cabinet/',
  plugins: cabinetPlugins(),
  build: { target: 'es2022', outDir: 'dist', emptyOutDir: true },
  server: { port: 0, proxy: { '/api': { target: server }, '/files': { target: server } } },
})
