/**
 * What an error says: the `message` of anything that has one, else its text. By shape, because an error may come from another realm (a vm
 * context, a test's), where `instanceof Error` is false, and anything can be thrown.
 */
export function errorText(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error)
}

/** What was thrown as an error of this realm: itself, or one that says the same and has it as its cause. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(errorText(thrown), { cause: thrown })
}
