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

/** What of the offline request is shown: nothing, its form, or the thanks for one that was taken. */
export type RequestPart = 'hidden' | 'form' | 'thanks'

export type FormResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'faults'; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: 'failed' }

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
      const given = (text: string) => text.trim() || undefined
      const [name, phone, email, message] = [
        given(values.name),
        given(values.phone),
        given(values.email),
        given(values.message),
      ]
      await deps.alone(async () => {
        const answer = await deps.post({
          clientId,
          ...(name ? { name } : {}),
          ...(phone ? { phone } : {}),
          ...(email ? { email } : {}),
          ...(message ? { message } : {}),
          consent: values.consent,
          mailing: values.mailing,
          ...(form ? { consentVersion: form.consentVersion } : {}),
          ...(values.website ? { website: values.website } : {}),
          context: deps.context(),
        })
        if (answer.kind === 'ok') {
          drawer.remove('request')
          chosen = 'thanks'
          kept = form
          deps.accepted(answer.value)
          result = { kind: 'done' }
        } else if (answer.kind === 'refused' && answer.status === 401) deps.signedOut()
        else if (answer.kind === 'refused' && Object.keys(answer.fields).length > 0)
          result = { kind: 'faults', fields: answer.fields }
      })
      return result
    },
  }
}
