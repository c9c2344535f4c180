/**
 * Text that is no CESQL. `details` is what upstream's admission says below the value: some mistakes make its parser panic, and then it says
 * nothing (undefined).
 */
export class CesqlSyntaxError extends Error {
  override readonly name = 'CesqlSyntaxError'
  readonly details: string | undefined

  constructor(message: string, details: string | undefined) {
    super(message)
    this.details = details
  }
}
