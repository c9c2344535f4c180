/** Nobody has defined the kind that a reference or a template names. */
export class MissingKindError extends Error {
  constructor(kind: string, apiVersion: string) {
    super(`there is no kind ${kind} in ${apiVersion}: install what defines it, or correct the reference`)
    this.name = 'MissingKindError'
  }
}
