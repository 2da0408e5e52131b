import { type Static, Type } from 'typebox'
import { Bilingual } from './bilingual.ts'
import { TraceSentence } from './journal.ts'
import { IdString, Instant, Nullable } from './shared.ts'

/*
 * The settings of an integration and the tools around them. Everything here is for owners and administrators; others get
 * 403. Sections by the names of contracts/settings/index.ts; an unknown one is 404. Pointers are JSON Pointers into the
 * section's value (`/transferRules/0/when`), without the `/value` that problems of a request begin with.
 */

/**
 * Several integrations side by side (CHAT-05). Every address below takes `?integration=ID`; without it the oldest is
 * meant, the only one of most companies. 404 for an id that is none.
 */
export const IntegrationQuery = Type.Object({ integration: Type.Optional(IdString) })

/**
 * GET /api/integrations → { data: Integration[] }, the oldest first. POST { name } adds one, with nothing switched on.
 * PATCH /api/integrations/:id { name } renames. Each channel is passed by one of them: selecting it in a second one is
 * refused (`channel-elsewhere`). DELETE /api/integrations/:id → 204: what it was to pass is not passed (`no-integration`), its
 * channels are free, and what it decided and wrote stays readable. The last one cannot be deleted: 409.
 */
export const IntegrationName = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) })

/** GET /api/integration; PUT { portalId } chooses the portal (CHAT-17). */
export const Integration = Type.Object({
  id: IdString,
  /** Empty while nobody named it. */
  name: Type.String(),
  portalId: Nullable(IdString),
  /** Conversations that it is still to pass: not decided yet, or held. */
  waiting: Type.Integer(),
  sections: Type.Array(
    Type.Object({
      section: Type.String(),
      title: Bilingual,
      active: Type.Boolean(),
      /** Main and section together (AMB-10). */
      effective: Type.Boolean(),
      /** Why not effective, when it is not. */
      why: Nullable(Bilingual),
      version: Type.Integer(),
      savedAt: Nullable(Instant),
    }),
  ),
})
export type Integration = Static<typeof Integration>
export const IntegrationPut = Type.Object({ portalId: IdString })

/** One choice of a picker. `disabled`: chosen once, but gone or dismissed since; shown so that people see what it was. */
export const SettingsOption = Type.Object({
  value: Type.String(),
  label: Type.String(),
  hint: Type.Optional(Type.String()),
  disabled: Type.Optional(Type.Boolean()),
})
export type SettingsOption = Static<typeof SettingsOption>

/** Pipelines of deals, and the one list of lead statuses (`id` is `lead`); stages in the portal's order. */
export const SettingsPipeline = Type.Object({
  entity: Type.Union([Type.Literal('lead'), Type.Literal('deal')]),
  id: Type.String(),
  label: Type.String(),
  isDefault: Type.Boolean(),
  stages: Type.Array(
    Type.Object({
      ...SettingsOption.properties,
      closed: Type.Boolean(),
      /** CSS colour that the portal gives it; absent when it gives none. */
      colour: Type.Optional(Type.String()),
    }),
  ),
})
export type SettingsPipeline = Static<typeof SettingsPipeline>

/** A field of a card that a mapping may write. `type` is one of PortalFieldFacts; labels are the portal's own. */
export const SettingsPortalField = Type.Object({
  ...SettingsOption.properties,
  type: Type.String(),
  multiple: Type.Boolean(),
  mandatory: Type.Boolean(),
  items: Type.Optional(Type.Array(SettingsOption)),
})
export type SettingsPortalField = Static<typeof SettingsPortalField>

/** A parameter of conditions and a source of mappings (CHAT-58, UIS-31). */
export const SettingsField = Type.Object({
  name: Type.String(),
  label: Bilingual,
  /** `choice`, `text`, `number`, `boolean`, `list`, or another type of the catalogue. */
  type: Type.String(),
  /** Operators that fit it; their words are in `operators`. */
  operators: Type.Array(Type.String()),
  /** Name of the list in `options` that a `choice` picks from. */
  choices: Nullable(Type.String()),
  /** Whether conditions may compare it, and whether a mapping may take it. */
  inConditions: Type.Boolean(),
  inMappings: Type.Boolean(),
})
export type SettingsField = Static<typeof SettingsField>

/** What a place in a section's value has wrong, or what should be known about it. */
export const SettingsNote = Type.Object({ pointer: Type.String(), code: Type.String(), message: Bilingual })
export type SettingsNote = Static<typeof SettingsNote>

/** GET /api/settings/:section */
export const SettingsDocument = Type.Object({
  section: Type.String(),
  title: Bilingual,
  /** JSON Schema with our annotations (settings/field.ts). */
  schema: Type.Unknown(),
  groups: Type.Record(Type.String(), Bilingual),
  value: Type.Record(Type.String(), Type.Unknown()),
  version: Type.Integer(),
  effective: Type.Boolean(),
  why: Nullable(Bilingual),
  /** Choices of pickers: `channels`, `channel-types`, `portal-user`, and every list that a field's `choices` names. */
  options: Type.Record(Type.String(), Type.Array(SettingsOption)),
  /** Empty until the directory of the portal is read, and in the Main section. */
  pipelines: Type.Array(SettingsPipeline),
  /** By entity: `lead`, `deal`, `contact`, `company`. Read-only ones and those of a type we cannot fill are left out. */
  portalFields: Type.Record(Type.String(), Type.Array(SettingsPortalField)),
  /** The catalogue that rules and mappings of this section choose from; empty in the Main section. */
  fields: Type.Array(SettingsField),
  /** Operators in words, by operator. `takesValue` false: `empty`, `notEmpty`. `many`: the value is a list. */
  operators: Type.Record(
    Type.String(),
    Type.Object({ label: Bilingual, takesValue: Type.Boolean(), many: Type.Boolean() }),
  ),
  /** What a template may insert, in the order to offer them: `{{ name }}`. */
  templateVariables: Type.Array(Type.Object({ name: Type.String(), label: Bilingual })),
  /** What an empty `template` field stands for, by language of the workspace. */
  defaultTemplate: Type.String(),
  limits: Type.Object({
    rulesInList: Type.Integer(),
    conditionsInRule: Type.Integer(),
    conditionDepth: Type.Integer(),
    templateChars: Type.Integer(),
    titleChars: Type.Integer(),
  }),
  crmMode: Nullable(Type.Union([Type.Literal('classic'), Type.Literal('simple')])),
  /** When the portal's directory was last read; null = never, so lists of the portal are empty. */
  syncedAt: Nullable(Instant),
  /** Things worth saying about the saved value: dismissed responsible, section off with functions on. */
  warnings: Type.Array(SettingsNote),
})
export type SettingsDocument = Static<typeof SettingsDocument>

/** PUT /api/settings/:section; 409 when `version` is stale, 422 with field messages. */
export const SettingsPut = Type.Object({
  value: Type.Record(Type.String(), Type.Unknown()),
  version: Type.Integer(),
  reason: Type.Optional(Type.String({ maxLength: 300 })),
})

/** A value that is not saved. Answers 422 like a save when it could not be saved. */
export const UnsavedValue = Type.Object({ value: Type.Record(Type.String(), Type.Unknown()) })

/* ------------------------------------------------------------------------------------------------ words and advice */

/** A setting or a rule as a sentence. */
export const SettingsSentence = Type.Object({
  pointer: Type.String(),
  /** Group of the form it belongs to; '' in the Main section. */
  group: Type.String(),
  text: Bilingual,
})
export type SettingsSentence = Static<typeof SettingsSentence>
/**
 * GET /api/settings/:section/sentences: the saved section in words.
 * POST the same address with UnsavedValue: the same of a value that is not saved (it need not be savable).
 */
export const SettingsSentences = Type.Object({ data: Type.Array(SettingsSentence) })
export type SettingsSentences = Static<typeof SettingsSentences>

/** One thing the linter found: why it is a defect, what to do, where to click. */
export const LintFinding = Type.Object({
  section: Type.String(),
  ...SettingsNote.properties,
  /** `error`: nothing is passed, or a card goes where nobody meant. `warning`: a part has no effect. `note`: worth a look. */
  severity: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('note')]),
  /** What to do, a whole sentence. */
  advice: Bilingual,
  /** `settings`: the field at `pointer` of `section`. `channel`: the page of that channel. */
  link: Type.Union([
    Type.Object({
      page: Type.Literal('settings'),
      params: Type.Object({ section: Type.String(), pointer: Type.String() }),
    }),
    Type.Object({ page: Type.Literal('channel'), params: Type.Object({ channelId: Type.String() }) }),
  ]),
})
export type LintFinding = Static<typeof LintFinding>
/**
 * GET /api/settings/lint: findings for everything saved, all sections.
 * POST /api/settings/:section/lint with UnsavedValue: for that section as if it were saved (it need not be savable).
 */
export const LintFindings = Type.Object({ data: Type.Array(LintFinding) })
export type LintFindings = Static<typeof LintFindings>

/* -------------------------------------------------------------------------------------------------------- versions */

/** One change between two values, in words. */
export const SettingsChange = Type.Object({
  section: Type.String(),
  /** Into the value after; of what was removed, into the value before. */
  pointer: Type.String(),
  /** `added`, `removed`, `changed`, `moved`. */
  kind: Type.String(),
  /** How it read; null for something added. */
  before: Nullable(Bilingual),
  /** How it reads now; null for something removed. */
  after: Nullable(Bilingual),
  /** The whole change as a sentence. */
  text: Bilingual,
})
export type SettingsChange = Static<typeof SettingsChange>

/** GET /api/settings/:section/versions?cursor=&limit= → { data, nextCursor }, the newest first (20 a page, at most 100). */
export const SettingsVersion = Type.Object({
  version: Type.Integer(),
  at: Instant,
  /** Null when nobody known saved it (an import of old, a member who left). */
  author: Nullable(Type.Object({ userId: Type.String(), name: Type.String() })),
  reason: Nullable(Type.String()),
  /** Whether it is the one in force. */
  current: Type.Boolean(),
  /** What it changed against the version before it (the first one: against the defaults). */
  changes: Type.Array(SettingsChange),
})
export type SettingsVersion = Static<typeof SettingsVersion>
export const SettingsVersionsPage = Type.Object({
  data: Type.Array(SettingsVersion),
  nextCursor: Nullable(Type.String()),
})
export type SettingsVersionsPage = Static<typeof SettingsVersionsPage>

/** GET /api/settings/:section/versions/:version */
export const SettingsVersionDocument = Type.Object({
  ...SettingsVersion.properties,
  value: Type.Record(Type.String(), Type.Unknown()),
  /** What would change if it came into force again: this version against the current one. */
  ifRestored: Type.Array(SettingsChange),
})
export type SettingsVersionDocument = Static<typeof SettingsVersionDocument>

/**
 * POST /api/settings/:section/versions/:version/restore → SettingsDocument. Saves the old value as a new version.
 * `version`: the current one, as the page knows it; 409 when stale. 422 when the old value could not be saved today.
 */
export const SettingsRestore = Type.Object({
  version: Type.Integer(),
  reason: Type.Optional(Type.String({ maxLength: 300 })),
})

/* --------------------------------------------------------------------------------------------------------- dry-run */

/** POST /api/settings/:section/dry-run → DryRun. Nothing is saved and no call leaves the server. */
export const DryRunRequest = Type.Object({
  ...UnsavedValue.properties,
  /** How many of the newest conversations (or requests, or both in the Main section) with a decision. */
  count: Type.Union([Type.Literal(100), Type.Literal(1000)]),
})

/** What one conversation becomes under one set of settings. */
export const DryRunSide = Type.Object({
  /** `would-ask`: the gates let it pass, but the portal was never asked about this client; the rest is not known. */
  state: Type.Union([Type.Literal('decided'), Type.Literal('would-ask')]),
  /** `passed`, `not_passed`, `held`; null with `would-ask`. */
  outcome: Nullable(Type.String()),
  reason: Nullable(Type.String()),
  /** One sentence: the outcome and its reason, or that the portal would be asked. */
  summary: Bilingual,
  /** The card it makes; null when it makes none. */
  created: Nullable(
    Type.Object({
      entity: Type.String(),
      title: Type.String(),
      /** Names, not ids; null = the portal's own first one (pipelines: of a deal only). */
      pipeline: Nullable(Type.String()),
      stage: Nullable(Type.String()),
    }),
  ),
  /** Who gets the card; null when none is made. */
  responsible: Nullable(Type.String()),
  /** Cards found that it writes into. */
  targets: Type.Array(Type.Object({ entity: Type.String(), id: Type.String(), title: Type.String() })),
  /** The activity it makes; null when none. */
  activity: Nullable(Type.Object({ subject: Type.String(), responsible: Type.String() })),
  /** Who is notified of the new card; null when nobody. */
  notified: Nullable(Type.String()),
})
export type DryRunSide = Static<typeof DryRunSide>

/** What differs: one or several of these. `title` and `fields` alone are differences, too. */
export const DRY_RUN_DIFFERENCES = [
  'would-ask',
  'outcome',
  'created',
  'stage',
  'responsible',
  'target',
  'activity',
  'title',
  'fields',
  'notification',
] as const
export const DryRunRow = Type.Object({
  decisionId: IdString,
  conversation: Type.Object({
    id: IdString,
    number: Type.Integer(),
    contactName: Nullable(Type.String()),
    channelTitle: Type.String(),
    startedAt: Instant,
    event: Type.Union([Type.Literal('chat'), Type.Literal('request')]),
  }),
  differences: Type.Array(Type.Enum([...DRY_RUN_DIFFERENCES])),
  before: DryRunSide,
  after: DryRunSide,
})
export type DryRunRow = Static<typeof DryRunRow>
export const DryRun = Type.Object({
  /** How many were compared; fewer than asked when there are no more. */
  compared: Type.Integer(),
  same: Type.Integer(),
  differ: Type.Integer(),
  /** Rows for which at least one side would ask the portal. */
  wouldAsk: Type.Integer(),
  /** How many rows have each difference. */
  byDifference: Type.Record(Type.String(), Type.Integer()),
  before: Type.Object({ passed: Type.Integer(), created: Type.Integer() }),
  after: Type.Object({ passed: Type.Integer(), created: Type.Integer() }),
  /** Those that differ, the newest conversation first, all of them. */
  rows: Type.Array(DryRunRow),
  tookMs: Type.Integer(),
})
export type DryRun = Static<typeof DryRun>

/** POST /api/settings/:section/dry-run/traces → DryRunTraces: one row with both traces, line by line. */
export const DryRunTracesRequest = Type.Object({ ...UnsavedValue.properties, decisionId: IdString })
const SideWithTrace = Type.Object({ ...DryRunSide.properties, trace: Type.Array(TraceSentence) })
export const DryRunTraces = Type.Object({
  ...DryRunRow.properties,
  before: SideWithTrace,
  after: SideWithTrace,
})
export type DryRunTraces = Static<typeof DryRunTraces>

/* ------------------------------------------------------------------------------------------------ preview of a name */

/** POST /api/settings/:section/preview-title → TitlePreview (CHAT-70). */
export const TitlePreviewRequest = Type.Object({
  template: Type.String({ maxLength: 5000 }),
  /** Conversation to show it on; absent: the newest of this section. */
  conversationId: Type.Optional(IdString),
})
export const TitlePreview = Type.Object({
  /** The name as it would be made; null when the template has problems or there is no conversation yet. */
  title: Nullable(Type.String()),
  conversation: Nullable(
    Type.Object({
      id: IdString,
      number: Type.Integer(),
      contactName: Nullable(Type.String()),
      channelTitle: Type.String(),
    }),
  ),
  /** Why the template may not be saved; `pointer` is '/template'. */
  problems: Type.Array(SettingsNote),
})
export type TitlePreview = Static<typeof TitlePreview>

/* ------------------------------------------------------------------------------------------- the integration as a file */

/** GET /api/integration/file → application/yaml (RFC 9512), as an attachment. */
/** POST /api/integration/file/plan → IntegrationPlan; nothing is saved. */
export const IntegrationFilePlan = Type.Object({ yaml: Type.String({ maxLength: 1_000_000 }) })
export const IntegrationPlan = Type.Object({
  /** What would change, section by section; empty when the file says what is saved already. */
  changes: Type.Array(SettingsChange),
  /** What must be mended in the file first; `line` counts from 1, null when it is about no line in particular. */
  problems: Type.Array(
    Type.Object({
      section: Nullable(Type.String()),
      /** `pointer` is a place in the document: `/sections/chats/defaultResponsible`. */
      ...SettingsNote.properties,
      line: Nullable(Type.Integer()),
    }),
  ),
  /** Versions that the plan was made against; send them back with `apply`. */
  versions: Type.Record(Type.String(), Type.Integer()),
  /** Whether `apply` would save it: no problems and at least one change. */
  applicable: Type.Boolean(),
})
export type IntegrationPlan = Static<typeof IntegrationPlan>
/**
 * POST /api/integration/file/apply → IntegrationApplied. Saves every section that changes in one transaction, or none.
 * 409 when somebody saved since `versions`, 422 with the problems of the file.
 */
export const IntegrationFileApply = Type.Object({
  ...IntegrationFilePlan.properties,
  versions: Type.Record(Type.String(), Type.Integer()),
  reason: Type.Optional(Type.String({ maxLength: 300 })),
})
export const IntegrationApplied = Type.Object({
  /** New version of each section that was saved. */
  saved: Type.Record(Type.String(), Type.Integer()),
  changes: Type.Array(SettingsChange),
})
export type IntegrationApplied = Static<typeof IntegrationApplied>
