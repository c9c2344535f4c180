export * from './server.ts'
export * from './client.ts'
export * as stats from './gen/stats.ts'
export * as routing from './gen/routing.ts'
