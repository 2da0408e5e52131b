import { useToast } from '@bitrix24/b24ui-nuxt/composables'
import { asProblem } from '../api/client.ts'
import { useWords } from '../i18n.ts'

/** Short words at the corner: something is done, or it failed and why. */
export function useNotify() {
  const toast = useToast()
  const { say } = useWords()
  return {
    done: (title: string) => void toast.add({ title, color: 'air-primary-success' }),
    problem: (error: unknown) => {
      const problem = asProblem(error)
      toast.add({
        title: say(problem.title),
        description: problem.fields[0] ? say(problem.fields[0].message) : say(problem.action),
        color: 'air-primary-alert',
      })
    },
  }
}
