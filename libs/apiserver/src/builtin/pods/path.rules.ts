/** Rules of paths inside volumes and on nodes. */
import { invalidValue, type Cause } from '../../http/errors.ts'

/** No step up. */
export const checkNoBacksteps = (path: string, field: string): Cause[] =>
  path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : []

/** A path below some place. */
export const checkDescending = (path: string, field: string): Cause[] => [
  ...(path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : []),
  ...checkNoBacksteps(path, field)
]

/** A path below some place whose first name does not look like the server's own bookkeeping. */
export const checkFilePath = (path: string, field: string): Cause[] => [
  ...checkDescending(path, field),
  ...(path.startsWith('..') && !path.startsWith('../') ? [invalidValue(field, path, "must not start with '..'")] : [])
]
