export type { LiveObject, ResourceTypes } from './live-objects.ts'
export * from './registry-types.ts'
export * from './start-controllers.ts'
