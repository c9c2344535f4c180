export * from './logger.ts'
export * from './metrics/metrics.ts'
export * from './settings.ts'
