import type { JSX } from 'preact'
import { type ContactForm, EMPTY_FORM, maySkip } from '../form-rules.ts'
import type { ViewContext } from './chat-app.tsx'
import { VisitorForm } from './visitor-form.tsx'

/** The form before the chat. */
export function ContactFormView(props: {
  context: ViewContext
  form: ContactForm
  greeting: string
}): JSX.Element {
  const { context, form, greeting } = props
  const { session, say } = context
  return (
    <VisitorForm
      context={context}
      form={form}
      initial={EMPTY_FORM}
      whole={false}
      submitLabel="start"
      submit={session.submitForm}
      other={maySkip(form) ? { label: 'skip', go: session.skipForm } : undefined}
    >
      {greeting && <p class="bubble theirs greeting">{greeting}</p>}
      <h3>{say('formTitle')}</h3>
      <p class="hint">{say('formHint')}</p>
    </VisitorForm>
  )
}
