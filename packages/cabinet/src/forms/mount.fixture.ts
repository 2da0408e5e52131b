import B24App from '@bitrix24/b24ui-nuxt/components/App.vue'
import b24UiPlugin from '@bitrix24/b24ui-nuxt/vue-plugin'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { type Component, defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter, type RouteRecordRaw, RouterView } from 'vue-router'
import { i18n, setLocale } from '../i18n.ts'
import ConfirmDialog from '../parts/ConfirmDialog.vue'

/** A refusal is shown at once instead of after several tries. */
const QUERIES = { queryClientConfig: { defaultOptions: { queries: { retry: false } } } }
const Elsewhere = defineComponent({ render: () => h('p', 'elsewhere') })

/**
 * Mounts a page as the app does: texts, kit, router, the one confirm dialog. `/` is the page, `/elsewhere` is away.
 * `routes` are further ones: pages that are led to by name, or the page under an address with parameters.
 */
export async function mountPage(page: Component, path = '/', routes: RouteRecordRaw[] = []) {
  await setLocale('en')
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      ...routes,
      { path: '/elsewhere', component: Elsewhere },
      { path: '/:rest(.*)*', component: page },
    ],
  })
  await router.push(path)
  const Root = defineComponent({ render: () => h(B24App, () => [h(RouterView), h(ConfirmDialog)]) })
  const wrapper = mount(Root, {
    attachTo: document.body,
    global: { plugins: [createPinia(), router, i18n, [VueQueryPlugin, QUERIES], b24UiPlugin] },
  })
  return { wrapper, router }
}
