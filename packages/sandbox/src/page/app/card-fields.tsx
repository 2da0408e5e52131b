import { useState } from 'preact/hooks'
import { BbText } from './bb-text.tsx'
import { employeeName, moment, money, text, titleOf } from './format.ts'
import type { EntityName, Item, PhpMap, PhpValue, PortalData } from './portal-api.ts'
import { usePreferences } from './preferences.ts'
import { pathOf } from './route.ts'

/** Shown first and always, in this order; other fields only when they hold something. */
const MAIN: Readonly<Record<EntityName, readonly string[]>> = {
  deal: [
    'title',
    'opportunity',
    'contactId',
    'companyId',
    'assignedById',
    'sourceId',
    'sourceDescription',
    'comments',
  ],
  lead: [
    'title',
    'name',
    'lastName',
    'fm',
    'opportunity',
    'assignedById',
    'sourceId',
    'sourceDescription',
    'comments',
  ],
  contact: ['name', 'lastName', 'fm', 'companyId', 'assignedById', 'sourceId', 'comments'],
  company: ['title', 'fm', 'assignedById', 'comments'],
}
const EDITABLE = new Set([
  'title',
  'name',
  'lastName',
  'opportunity',
  'sourceDescription',
  'comments',
  'assignedById',
  'sourceId',
])
const MORE = [
  'utmSource',
  'utmMedium',
  'utmCampaign',
  'utmContent',
  'utmTerm',
  'createdTime',
  'createdBy',
  'originatorId',
  'originId',
]
/** Repeats of what stands above, or of no use to a person. */
const UNSEEN = new Set(['id', 'fm', 'contactIds', 'companyIds', 'entityTypeId'])

interface CardFieldsProps {
  readonly kind: EntityName
  readonly item: Item
  readonly data: PortalData
  readonly onSave: (fields: PhpMap) => Promise<void>
}

/** What is known about the card, to be read and corrected field by field. */
export function CardFields({ kind, item, data, onSave }: CardFieldsProps) {
  const { texts } = usePreferences()
  const own = data.userFields
    .map(({ fieldName }) => camelCase(fieldName))
    .filter((name) => item[name] !== undefined)
  const more = MORE.filter((name) => !isEmpty(item[name]))
  return (
    <section class="fields" aria-labelledby="about-title">
      <h2 id="about-title">{texts.about}</h2>
      <dl>
        {[...MAIN[kind], ...own, ...more].map((name) => (
          <FieldRow key={name} name={name} item={item} data={data} onSave={onSave} />
        ))}
      </dl>
      <Related kind={kind} item={item} data={data} />
      <details>
        <summary>{texts.allFields}</summary>
        <dl class="raw">
          {Object.entries(item)
            .filter(([name, value]) => !UNSEEN.has(name) && !isEmpty(value))
            .map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
              </div>
            ))}
        </dl>
      </details>
    </section>
  )
}

interface FieldRowProps extends Omit<CardFieldsProps, 'kind'> {
  readonly name: string
}

function FieldRow({ name, item, data, onSave }: FieldRowProps) {
  const { texts } = usePreferences()
  const [isEditing, setEditing] = useState(false)
  const label = labelOf(name, data, texts.fields)
  const isEditable = EDITABLE.has(name) || name.startsWith('uf')
  if (isEditing)
    return (
      <div class="editing">
        <dt>{label}</dt>
        <dd>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              const value = text(new FormData(event.currentTarget).get('value') as string)
              void onSave({ [name]: value }).then(() => setEditing(false))
            }}
          >
            <FieldInput name={name} label={label} value={item[name] ?? ''} data={data} />
            <button type="submit">{texts.save}</button>
            <button type="button" class="quiet" onClick={() => setEditing(false)}>
              {texts.cancel}
            </button>
          </form>
        </dd>
      </div>
    )
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <span class="value">
          <FieldValue name={name} item={item} data={data} />
        </span>
        {isEditable && (
          <button
            type="button"
            class="pencil"
            aria-label={`${texts.edit}: ${label}`}
            onClick={() => setEditing(true)}
          >
            ✎
          </button>
        )}
      </dd>
    </div>
  )
}

interface FieldInputProps {
  readonly name: string
  readonly label: string
  readonly value: PhpValue
  readonly data: PortalData
}

function FieldInput({ name, label, value, data }: FieldInputProps) {
  const options =
    name === 'assignedById'
      ? data.employees
          .filter(({ isActive }) => isActive)
          .map(({ id, name: first, lastName }) => [String(id), `${first} ${lastName}`])
      : name === 'sourceId'
        ? data.statuses
            .filter(({ entityId }) => entityId === 'SOURCE')
            .map(({ statusId, name: title }) => [statusId, title])
        : undefined
  if (options)
    return (
      <select name="value" aria-label={label} autoFocus defaultValue={text(value)}>
        {options.map(([key, title]) => (
          <option key={key} value={key} selected={key === text(value)}>
            {title}
          </option>
        ))}
      </select>
    )
  if (name === 'comments')
    return <textarea name="value" aria-label={label} rows={4} autoFocus defaultValue={text(value)} />
  return (
    <input
      name="value"
      aria-label={label}
      autoFocus
      inputMode={name === 'opportunity' ? 'decimal' : 'text'}
      defaultValue={text(value)}
    />
  )
}

function FieldValue({ name, item, data }: { name: string; item: Item; data: PortalData }) {
  const { texts, language } = usePreferences()
  const value = item[name]
  switch (name) {
    case 'fm':
      return <Multifields value={value} />
    case 'opportunity':
      return money(value, text(item['currencyId']) || data.portal.currency, language) || '—'
    case 'assignedById':
    case 'createdBy':
      return employeeName(data, value) || '—'
    case 'sourceId':
      return (
        data.statuses.find(({ entityId, statusId }) => entityId === 'SOURCE' && statusId === value)?.name ??
        '—'
      )
    case 'createdTime':
      return moment(text(value), language)
    case 'comments':
      return isEmpty(value) ? '—' : <BbText text={text(value)} />
    case 'contactId': {
      const contact = data.contacts.find(({ id }) => id === value)
      return contact ? (
        <a href={pathOf({ kind: 'contact', id: contact.id })}>{titleOf('contact', contact, texts)}</a>
      ) : (
        '—'
      )
    }
    case 'companyId': {
      const company = data.companies.find(({ id }) => id === value)
      return company ? (
        <a href={pathOf({ kind: 'company', id: company.id })}>{titleOf('company', company, texts)}</a>
      ) : (
        '—'
      )
    }
    default:
      return isEmpty(value) ? '—' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}

function Multifields({ value }: { value: PhpValue | undefined }) {
  const rows = Array.isArray(value) ? (value as PhpMap[]) : []
  if (rows.length === 0) return '—'
  return (
    <>
      {rows.map((row) => (
        <span class="multifield" key={text(row['id'])}>
          {text(row['value'])} <small>{text(row['typeId']).toLowerCase()}</small>
        </span>
      ))}
    </>
  )
}

/** Deals and leads of a contact or a company, contacts of a company. */
function Related({ kind, item, data }: { kind: EntityName; item: Item; data: PortalData }) {
  const { texts } = usePreferences()
  const has = (one: Item): boolean =>
    kind === 'contact'
      ? Array.isArray(one['contactIds']) && one['contactIds'].includes(item.id)
      : kind === 'company' && one['companyId'] === item.id
  const found = (['deal', 'lead', 'contact'] as const).flatMap((other) =>
    other === kind
      ? []
      : { deal: data.deals, lead: data.leads, contact: data.contacts }[other]
          .filter(has)
          .map((one) => ({ other, one })),
  )
  if (found.length === 0) return null
  return (
    <>
      <h3>{texts.related}</h3>
      <ul class="related">
        {found.map(({ other, one }) => (
          <li key={`${other}${one.id}`}>
            <small>{texts.entity[other]}</small>{' '}
            <a href={pathOf({ kind: other, id: one.id })}>{titleOf(other, one, texts)}</a>
          </li>
        ))}
      </ul>
    </>
  )
}

function labelOf(name: string, data: PortalData, labels: Readonly<Record<string, string>>): string {
  if (name === 'fm') return [labels['phone'], labels['email']].join(', ')
  return labels[name] ?? data.userFields.find(({ fieldName }) => camelCase(fieldName) === name)?.label ?? name
}

/** `UF_CRM_CITY` is `ufCrmCity` in the universal spelling. */
function camelCase(fieldName: string): string {
  return fieldName.toLowerCase().replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase())
}

function isEmpty(value: PhpValue | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === 0 ||
    (Array.isArray(value) && value.length === 0)
  )
}
