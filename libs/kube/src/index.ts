export * from './api-error.ts'
export * from './client.ts'
export * from './informer.ts'
export * from './reconcile.ts'
