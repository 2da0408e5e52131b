/**
 * The cabinet: where a company configures, answers and looks. It asks the server for everything it shows and decides
 * nothing itself: no rule about conversations or the CRM lives here, and no text outside of `texts/`.
 */
import './styles/main.css'
import b24UiPlugin from '@bitrix24/b24ui-nuxt/vue-plugin'
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp, watchEffect } from 'vue'
import App from './App.vue'
import { ApiProblem, wireApi } from './api/client.ts'
import { currentLocale, firstLocale, i18n, setLocale, translate } from './i18n.ts'
import { router } from './router.ts'
import { useSession } from './stores/session.ts'

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal stays a refusal; a network hiccup or a restart of the server is tried again.
      retry: (count, error) =>
        count < 2 && (!(error instanceof ApiProblem) || error.status === 0 || error.status >= 500),
    },
  },
})

await setLocale(firstLocale())

const app = createApp(App)
app.use(createPinia()).use(router).use(i18n).use(VueQueryPlugin, { queryClient }).use(b24UiPlugin)

wireApi({
  locale: currentLocale,
  onSignedOut: () => {
    useSession().forget()
    queryClient.clear()
    const here = router.currentRoute.value
    if (!here.meta.open) void router.push({ name: 'sign-in', query: { next: here.fullPath } })
  },
})

watchEffect(() => {
  const title = router.currentRoute.value.meta.title
  const name = title ? translate(title) : ''
  document.title = name ? `${name} · Trunkline` : 'Trunkline'
})

app.mount('#app')
