export type { LiveObject, ResourceTypes } from './live-objects.ts'
export * from './start-controllers.ts'
