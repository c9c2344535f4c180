/** The `errno` name of a system's error (`ENOSPC`), or '' for anything else. */
export function errnoOf(error: unknown): string {
  // By shape: a system error may come from another realm, where `instanceof Error` is false.
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Whether a system's error says that there is no space, on the device or in the quota. */
export function saysFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errnoOf(error))
}

/** Whether a system's error says that there is no such file. */
export function saysMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT'
}
