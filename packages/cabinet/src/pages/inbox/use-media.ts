import { onScopeDispose, type Ref, ref } from 'vue'

/** Whether a media query holds now, such as `(min-width: 1360px)`. */
export function useMedia(query: string): Readonly<Ref<boolean>> {
  const list = window.matchMedia(query)
  const matches = ref(list.matches)
  const change = () => {
    matches.value = list.matches
  }
  list.addEventListener('change', change)
  onScopeDispose(() => list.removeEventListener('change', change))
  return matches
}
