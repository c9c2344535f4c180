export * from './observability.ts'
export * from './part.ts'
export * from './start-role.ts'
