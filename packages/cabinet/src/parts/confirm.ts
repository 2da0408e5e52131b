import { shallowRef } from 'vue'

/** A question that must be answered before something happens. Texts are already in the reader's language. */
export interface Question {
  readonly title: string
  readonly text?: string
  /** Shown as a list under the text: what will stop, what depends on it. */
  readonly points?: readonly string[]
  readonly confirm: string
  readonly cancel?: string
  readonly danger?: boolean
}

interface Asked extends Question {
  readonly answer: (yes: boolean) => void
}

/** The question on screen; drawn by the one ConfirmDialog in App. */
export const asked = shallowRef<Asked | null>(null)

/** Asks and waits. Closing the dialog in any other way than by the confirming button is a no. */
export function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false)
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (yes) => {
        asked.value = null
        resolve(yes)
      },
    }
  })
}
