import type { ComponentChildren, JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import {
  type AnyForm,
  type FormFault,
  type FormField,
  type FormValues,
  formFaults,
  shownFields,
} from '../form-rules.ts'
import type { FormResult } from '../send-form.ts'
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
  message: { type: 'text', autocomplete: 'off' },
}

/** A form that a visitor fills in: fields, ticks that are never set beforehand, what is wrong with them, buttons. */
export function VisitorForm(props: {
  context: ViewContext
  form: AnyForm
  initial: FormValues
  /** Nothing of it may be left out: without any field filled it is no form at all. */
  whole: boolean
  /** What stands above the fields. */
  children: ComponentChildren
  submitLabel: TextKey
  submit: (values: FormValues) => Promise<FormResult>
  /** Called with the first thing that is changed. */
  touched?: () => void
  other?: { label: TextKey; go: () => void } | undefined
}): JSX.Element {
  const { form, context, whole } = props
  const { say } = context
  const [values, setValues] = useState(props.initial)
  const [faults, setFaults] = useState<Partial<Record<string, string>>>({})
  const [sending, setSending] = useState(false)
  /** Why the whole was not taken. */
  const [failure, setFailure] = useState('')
  const element = useRef<HTMLFormElement>(null)
  /** A browser that fills in name, phone and e-mail at once changes them all before the next drawing. */
  const fill = (change: Partial<FormValues>) => {
    props.touched?.()
    setValues((filled) => ({ ...filled, ...change }))
  }

  const show = (found: Partial<Record<string, string>>) => {
    setFaults(found)
    const first = [...shownFields(form), 'consent'].find((field) => found[field])
    if (first) element.current?.querySelector<HTMLElement>(`#f-${first}`)?.focus()
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    if (sending) return
    const found = formFaults(form, values, whole)
    show(Object.fromEntries(Object.entries(found).map(([field, fault]) => [field, say(FAULTS[fault])])))
    if (Object.keys(found).length > 0) return
    setSending(true)
    setFailure('')
    const result = await props.submit(values)
    setSending(false)
    if (result.kind === 'failed') setFailure(result.reason ?? say('formFailed'))
    if (result.kind === 'faults') show(result.fields)
  }
  const described = (field: string) => (faults[field] ? `e-${field}` : undefined)
  const common = (field: FormField, at: number) => ({
    id: `f-${field}`,
    name: field,
    ...(at === 0 ? { 'data-first': '' } : {}),
    required: form[field] === 'required',
    'aria-invalid': faults[field] !== undefined,
    'aria-describedby': described(field),
    value: values[field],
  })
  const tick = (name: 'consent' | 'mailing', words: string) => (
    <div class="consent">
      <input
        type="checkbox"
        id={`f-${name}`}
        checked={values[name]}
        aria-invalid={faults[name] !== undefined}
        aria-describedby={described(name)}
        onChange={(event) => fill({ [name]: event.currentTarget.checked })}
      />
      <label for={`f-${name}`}>{words}</label>
    </div>
  )
  return (
    <form class="form" ref={element} noValidate onSubmit={submit}>
      {props.children}
      {shownFields(form).map((field, at) => (
        <div class="field" key={field}>
          <label for={`f-${field}`}>
            {say(field)}
            {form[field] === 'optional' && <span class="hint"> ({say('optional')})</span>}
          </label>
          {field === 'message' ? (
            <textarea
              {...common(field, at)}
              rows={2}
              maxLength={4000}
              onInput={(event) => fill({ message: event.currentTarget.value })}
            />
          ) : (
            <input
              {...common(field, at)}
              type={INPUTS[field].type as 'text'}
              autocomplete={INPUTS[field].autocomplete}
              maxLength={200}
              onInput={(event) => fill({ [field]: event.currentTarget.value })}
            />
          )}
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
      {tick('consent', form.consentText)}
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
      {form.mailingText && tick('mailing', form.mailingText)}
      {failure && (
        <p class="fault" role="alert">
          {failure}
        </p>
      )}
      <div class="actions">
        <button type="submit" class="button primary" aria-disabled={sending}>
          {say(sending ? 'sending' : props.submitLabel)}
        </button>
        {props.other && (
          <button type="button" class="button" onClick={props.other.go}>
            {say(props.other.label)}
          </button>
        )}
      </div>
    </form>
  )
}
