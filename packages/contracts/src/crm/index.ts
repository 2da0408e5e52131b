export * from './decision.ts'
export * from './entity.ts'
export * from './facts.ts'
export * from './plan.ts'
