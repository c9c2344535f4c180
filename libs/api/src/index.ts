export * from './object.ts'
