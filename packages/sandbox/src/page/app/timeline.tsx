import { BbText } from './bb-text.tsx'
import { employeeName, moment, stagesOf, text } from './format.ts'
import type { PhpMap, PhpValue, PortalData, TimelineEntry } from './portal-api.ts'
import { usePreferences } from './preferences.ts'

/** What happened to a card, newest first. */
export function Timeline({ entries, data }: { entries: readonly TimelineEntry[]; data: PortalData }) {
  const { texts, language } = usePreferences()
  if (entries.length === 0) return <p class="empty">{texts.timelineEmpty}</p>
  return (
    <ol class="timeline">
      {entries.toReversed().map((one) => (
        <li key={`${one.kind}${one.id}`} class={one.kind}>
          <div class="entry-head">
            <strong>{heading(one, data, texts)}</strong>
            <time>{moment(one.at, language)}</time>
          </div>
          <Entry one={one} data={data} />
        </li>
      ))}
    </ol>
  )
}

function heading(
  one: TimelineEntry,
  data: PortalData,
  texts: ReturnType<typeof usePreferences>['texts'],
): string {
  switch (one.kind) {
    case 'comment':
      return `${texts.comment} · ${employeeName(data, one.entry.authorId)}`
    case 'activity':
      return one.entry.clientId === null ? texts.activity : `${texts.activity} · ${texts.application}`
    case 'log':
      return one.entry.title || texts.log
    case 'stage':
      return one.entry.kind === 1 ? texts.stageNew : texts.stageMoved
  }
}

function Entry({ one, data }: { one: TimelineEntry; data: PortalData }) {
  const { texts } = usePreferences()
  switch (one.kind) {
    case 'comment':
      return (
        <div class="words">
          <BbText text={one.entry.text} />
          {one.entry.files.length > 0 && (
            <p class="files">
              {texts.files}: {one.entry.files.map(({ name }) => name).join(', ')}
            </p>
          )}
        </div>
      )
    case 'log':
      return (
        <div class="words">
          <BbText text={one.entry.text} />
        </div>
      )
    case 'stage': {
      const { stageId, entityTypeId, categoryId } = one.entry
      const stages = stagesOf(data, entityTypeId === 1 ? 'lead' : 'deal', categoryId)
      return <p class="stage-name">{stages.find(({ statusId }) => statusId === stageId)?.name ?? stageId}</p>
    }
    case 'activity':
      return one.entry.configurable ? (
        <Configurable layout={one.entry.configurable.layout} />
      ) : (
        <ClassicActivity fields={one.entry.fields} data={data} />
      )
  }
}

function ClassicActivity({ fields, data }: { fields: PhpMap; data: PortalData }) {
  const { texts, language } = usePreferences()
  const deadlineAt = Date.parse(text(fields['DEADLINE']))
  const responsible = employeeName(data, Number(fields['RESPONSIBLE_ID']))
  return (
    <div class="words">
      <b>{text(fields['SUBJECT'])}</b> {fields['COMPLETED'] === 'Y' && <span class="tag">{texts.done}</span>}
      {text(fields['DESCRIPTION']) !== '' && (
        <p>
          <BbText text={text(fields['DESCRIPTION'])} />
        </p>
      )}
      <p class="files">
        {[
          responsible,
          ...(Number.isNaN(deadlineAt) ? [] : [`${texts.due}: ${moment(deadlineAt, language)}`]),
        ].join(' · ')}
      </p>
    </div>
  )
}

/** A configurable activity: header, tags and the texts and links of its body. */
function Configurable({ layout }: { layout: PhpMap }) {
  const { language } = usePreferences()
  const header = mapOf(layout['header'])
  const blocks = Object.entries(mapOf(mapOf(layout['body'])['blocks']))
  const tags = Object.entries(mapOf(header['tags']))
  return (
    <div class="words">
      <b>{spoken(header['title'], language)}</b>{' '}
      {tags.map(([key, tag]) => (
        <span key={key} class="tag">
          {spoken(mapOf(tag)['title'], language)}
        </span>
      ))}
      {blocks.map(([key, block]) => (
        <Block key={key} block={mapOf(block)} />
      ))}
    </div>
  )
}

function Block({ block }: { block: PhpMap }) {
  const { language } = usePreferences()
  const properties = mapOf(block['properties'])
  switch (text(block['type'])) {
    case 'withTitle':
      return (
        <div class="with-title">
          <small>{spoken(properties['title'], language)}</small>
          <Block block={mapOf(properties['block'])} />
        </div>
      )
    case 'lineOfBlocks':
      return (
        <div class="line">
          {Object.entries(mapOf(properties['blocks'])).map(([key, one]) => (
            <Block key={key} block={mapOf(one)} />
          ))}
        </div>
      )
    case 'link':
      return (
        <BbText
          text={`[url=${text(mapOf(properties['action'])['uri'])}]${spoken(properties['text'], language)}[/url]`}
        />
      )
    default:
      return <p>{spoken(properties['value'], language)}</p>
  }
}

/** A text of a layout: plain, or one for each language. */
function spoken(value: PhpValue | undefined, language: string): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return text(value[language]) || text(value['en']) || text(Object.values(value)[0])
  return text(value)
}

function mapOf(value: PhpValue | undefined): PhpMap {
  return typeof value === 'object' && value !== null ? (value as PhpMap) : {}
}
