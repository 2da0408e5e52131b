import type {
  WidgetAccepted,
  WidgetContext,
  WidgetRequest,
  WidgetRequestForm,
  WidgetWelcome,
} from '@trunkline/contracts/widget/protocol'
import type { Drawer } from './drawer.ts'
import { EMPTY_FORM, type FormValues } from './form-rules.ts'
import type { Answer } from './hub-client.ts'
import { randomId } from './random-id.ts'
import { type FormResult, givenIn, sendForm } from './send-form.ts'

/** What of the offline request is shown: nothing, its form, or the thanks for one that was taken. */
export type RequestPart = 'hidden' | 'form' | 'thanks'

/** The form left instead of a chat, on the visitor's side. */
export interface RequestDesk {
  /** `talk`: something was said in the chat, which is then what the visitor looks for. */
  part(welcome: WidgetWelcome | undefined, talk: boolean): RequestPart
  /** The form as it was when the visitor began to fill it in, whatever the hub says since. */
  form(welcome: WidgetWelcome | undefined): WidgetRequestForm | undefined
  /** The visitor chose the form, or began to fill it in. */
  choose(welcome: WidgetWelcome | undefined): void
  /** The visitor chose the chat. */
  leave(): void
  /** What was filled in before and did not reach the hub; ticks are never set beforehand. */
  draft(): FormValues
  submit(welcome: WidgetWelcome | undefined, values: FormValues): Promise<FormResult>
}

/** Kept until the hub has it: the same content sent again is the same request, also from another page. */
interface Unsent {
  readonly clientId: string
  readonly values: FormValues
}

export function createRequestDesk(deps: {
  readonly drawer: Drawer
  readonly post: (request: WidgetRequest) => Promise<Answer<WidgetAccepted>>
  /** Runs the work while no other tab runs it. */
  readonly alone: (work: () => Promise<void>) => Promise<void>
  readonly context: () => WidgetContext
  readonly accepted: (answer: WidgetAccepted) => void
  /** The hub does not know our token any more. */
  readonly signedOut: () => void
}): RequestDesk {
  const { drawer } = deps
  let chosen: 'form' | 'talk' | 'thanks' | undefined
  let kept: WidgetRequestForm | undefined

  const formOf = (welcome: WidgetWelcome | undefined) => kept ?? welcome?.requestForm

  function unsentAs(values: FormValues): Unsent {
    const before = drawer.get<Unsent>('request')
    const same = before !== undefined && JSON.stringify(before.values) === JSON.stringify(values)
    const unsent = same ? before : { clientId: randomId(), values }
    drawer.set('request', unsent)
    return unsent
  }

  return {
    form: formOf,
    part(welcome, talk) {
      if (chosen === 'thanks') return 'thanks'
      const form = formOf(welcome)
      if (!form || chosen === 'talk') return 'hidden'
      return chosen === 'form' || (form.first && !talk) ? 'form' : 'hidden'
    },
    choose(welcome) {
      kept ??= welcome?.requestForm
      chosen = 'form'
    },
    leave() {
      kept = undefined
      chosen = 'talk'
    },
    draft: () => ({
      ...EMPTY_FORM,
      ...drawer.get<Unsent>('request')?.values,
      consent: false,
      mailing: false,
    }),
    async submit(welcome, values) {
      const form = formOf(welcome)
      const { clientId } = unsentAs(values)
      let result: FormResult = { kind: 'failed' }
      await deps.alone(async () => {
        result = await sendForm({
          form,
          post: () =>
            deps.post({
              clientId,
              ...givenIn(form, values),
              mailing: values.mailing,
              context: deps.context(),
            }),
          accepted: (answer) => {
            drawer.remove('request')
            chosen = 'thanks'
            kept = form
            deps.accepted(answer)
          },
          signedOut: deps.signedOut,
        })
      })
      return result
    },
  }
}
