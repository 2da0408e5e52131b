import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import {
  type ContactForm,
  EMPTY_FORM,
  type FormFault,
  type FormField,
  formFaults,
  maySkip,
  shownFields,
} from '../form-rules.ts'
import type { TextKey } from '../texts.ts'
import type { ViewContext } from './chat-app.tsx'

const FAULTS: Record<FormFault, TextKey> = {
  required: 'faultRequired',
  phone: 'faultPhone',
  email: 'faultEmail',
  consent: 'faultConsent',
}
const INPUTS: Record<FormField, { type: string; autocomplete: string }> = {
  name: { type: 'text', autocomplete: 'name' },
  phone: { type: 'tel', autocomplete: 'tel' },
  email: { type: 'email', autocomplete: 'email' },
}

/** The form before the chat. The consent is never ticked beforehand. */
export function ContactFormView(props: {
  context: ViewContext
  form: ContactForm
  greeting: string
}): JSX.Element {
  const { context, form, greeting } = props
  const { session, say } = context
  const [values, setValues] = useState(EMPTY_FORM)
  const [faults, setFaults] = useState<Partial<Record<string, string>>>({})
  const [state, setState] = useState<'filling' | 'sending' | 'failed'>('filling')
  const element = useRef<HTMLFormElement>(null)
  /** A browser that fills in name, phone and e-mail at once changes them all before the next drawing. */
  const fill = (change: Partial<typeof EMPTY_FORM>) => setValues((filled) => ({ ...filled, ...change }))

  const show = (found: Partial<Record<string, string>>) => {
    setFaults(found)
    const first = [...shownFields(form), 'consent'].find((field) => found[field])
    if (first) element.current?.querySelector<HTMLElement>(`#f-${first}`)?.focus()
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    if (state === 'sending') return
    const found = formFaults(form, values)
    show(Object.fromEntries(Object.entries(found).map(([field, fault]) => [field, say(FAULTS[fault])])))
    if (Object.keys(found).length > 0) return
    setState('sending')
    const result = await session.submitForm(values)
    setState(result.kind === 'failed' ? 'failed' : 'filling')
    if (result.kind === 'faults') show(result.fields)
  }
  const described = (field: string) => (faults[field] ? `e-${field}` : undefined)
  return (
    <form class="form" ref={element} noValidate onSubmit={submit}>
      {greeting && <p class="bubble theirs greeting">{greeting}</p>}
      <h3>{say('formTitle')}</h3>
      <p class="hint">{say('formHint')}</p>
      {shownFields(form).map((field, at) => (
        <div class="field" key={field}>
          <label for={`f-${field}`}>
            {say(field)}
            {form[field] === 'optional' && <span class="hint"> ({say('optional')})</span>}
          </label>
          <input
            id={`f-${field}`}
            name={field}
            type={INPUTS[field].type as 'text'}
            autocomplete={INPUTS[field].autocomplete}
            {...(at === 0 ? { 'data-first': '' } : {})}
            maxLength={200}
            required={form[field] === 'required'}
            aria-invalid={faults[field] !== undefined}
            aria-describedby={described(field)}
            value={values[field]}
            onInput={(event) => fill({ [field]: event.currentTarget.value })}
          />
          {faults[field] && (
            <p class="fault" id={`e-${field}`}>
              {faults[field]}
            </p>
          )}
        </div>
      ))}
      <div class="trap" aria-hidden="true">
        <label>
          {say('website')}
          <input
            name="website"
            tabIndex={-1}
            autocomplete="off"
            value={values.website}
            onInput={(event) => fill({ website: event.currentTarget.value })}
          />
        </label>
      </div>
      <div class="consent">
        <input
          type="checkbox"
          id="f-consent"
          checked={values.consent}
          aria-invalid={faults['consent'] !== undefined}
          aria-describedby={described('consent')}
          onChange={(event) => fill({ consent: event.currentTarget.checked })}
        />
        <label for="f-consent">{form.consentText}</label>
      </div>
      {form.consentUrl && (
        <p class="hint policy">
          <a href={form.consentUrl} target="_blank" rel="noopener noreferrer">
            {say('policy')}
          </a>
        </p>
      )}
      {faults['consent'] && (
        <p class="fault" id="e-consent">
          {faults['consent']}
        </p>
      )}
      {state === 'failed' && (
        <p class="fault" role="alert">
          {say('formFailed')}
        </p>
      )}
      <div class="actions">
        <button type="submit" class="button primary" aria-disabled={state === 'sending'}>
          {say(state === 'sending' ? 'sending' : 'start')}
        </button>
        {maySkip(form) && (
          <button type="button" class="button" onClick={session.skipForm}>
            {say('skip')}
          </button>
        )}
      </div>
    </form>
  )
}
