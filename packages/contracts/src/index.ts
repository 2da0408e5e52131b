/** Shapes that cross a boundary: data and schemas. No decisions, no I/O, no library but TypeBox. */
export * from './errors.ts'
export * from './ids.ts'
export * from './json.ts'
export * from './locale.ts'
export * from './outcome.ts'
