/** Everything the Why? panel and the journal say, in Russian and English side by side. */
export { explainOutcome } from './explain-outcome.ts'
export { explainStep, STEP_STATUSES, type StepStatus } from './explain-step.ts'
export { explainCandidate, explainTrace } from './explain-trace.ts'
export type { NameBook } from './names.ts'
