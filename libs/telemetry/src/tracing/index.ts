export { LiveTracing, type LiveTracingOptions } from './live-tracing.ts'
export { roleResource } from './role-resource.ts'
