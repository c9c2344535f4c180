export { DirectoryInUse, lockDirectory } from './directory-lock.ts'
export { syncDirectory } from './sync-directory.ts'
export { errnoOf, saysFull, saysMissing } from './system-error.ts'
