import type { WidgetRequestForm } from '@trunkline/contracts/widget/protocol'
import type { JSX } from 'preact'
import type { ViewContext } from './chat-app.tsx'
import { VisitorForm } from './visitor-form.tsx'

interface Props {
  readonly context: ViewContext
  readonly form: WidgetRequestForm
  /** The visitor may go to the chat instead. */
  readonly chat: boolean
}

/** The form that is left instead of a chat. */
export function RequestFormView({ context, form, chat }: Props): JSX.Element {
  const { session, say } = context
  return (
    <VisitorForm
      context={context}
      form={form}
      initial={session.requestDraft()}
      whole
      submitLabel="sendRequest"
      submit={session.submitRequest}
      touched={session.openRequest}
      other={chat ? { label: 'toChat', go: session.leaveRequest } : undefined}
    >
      <h3>{say('requestTitle')}</h3>
      {form.intro && <p class="hint">{form.intro}</p>}
    </VisitorForm>
  )
}

/** Said once the hub has the request, and only then. */
export function RequestThanks({ context, form, chat }: Props): JSX.Element {
  const { session, say } = context
  return (
    <div class="middle thanks">
      <h3 tabIndex={-1} data-first="">
        {say('requestSent')}
      </h3>
      <p>{form.thanks}</p>
      <div class="actions">
        <button type="button" class="button" onClick={session.openRequest}>
          {say('anotherRequest')}
        </button>
        {chat && (
          <button type="button" class="button" onClick={session.leaveRequest}>
            {say('toChat')}
          </button>
        )}
      </div>
    </div>
  )
}
