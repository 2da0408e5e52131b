import { onBeforeUnmount, onMounted, type Ref } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'
import { translate } from '../i18n.ts'
import { confirm } from '../parts/confirm.ts'

/**
 * Stands between unsaved changes and the door: leaving the page or changing its parameters asks first, closing the tab
 * makes the browser ask. `discard` is called when the reader lets the changes go.
 */
export function useUnsavedGuard(dirty: Readonly<Ref<boolean>>, discard: () => void): void {
  const ask = async () => {
    if (!dirty.value) return true
    const leave = await confirm({
      title: translate('forms.unsaved.title'),
      text: translate('forms.unsaved.text'),
      confirm: translate('forms.unsaved.discard'),
      cancel: translate('forms.unsaved.keep'),
      danger: true,
    })
    if (leave) discard()
    return leave
  }
  onBeforeRouteLeave(ask)
  onBeforeRouteUpdate(ask)

  const warn = (event: BeforeUnloadEvent) => {
    if (dirty.value) event.preventDefault()
  }
  onMounted(() => window.addEventListener('beforeunload', warn))
  onBeforeUnmount(() => window.removeEventListener('beforeunload', warn))
}

/** Ctrl+S (⌘S) saves instead of offering to store the page. */
export function useSaveKey(save: () => void): void {
  const press = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.code === 'KeyS') {
      event.preventDefault()
      save()
    }
  }
  onMounted(() => window.addEventListener('keydown', press))
  onBeforeUnmount(() => window.removeEventListener('keydown', press))
}
