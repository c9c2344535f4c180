import type { Log } from '@knative-ts/kube'

/** One line that was logged. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: object
  readonly message: string
}

/** A log that keeps its lines for the test and prints nothing. */
export function keptLog(): Log & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = []
  const keep =
    (level: LogLine['level']) =>
    (fields: object, message: string): void =>
      void lines.push({ level, fields, message })
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') }
}
