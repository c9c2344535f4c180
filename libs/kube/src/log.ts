/** The pino shape that every lib logs through; `createLogger` of libs/telemetry satisfies it. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

const write = (level: string, fields: object, message: string): void => {
  const { error, ...rest } = fields as { error?: unknown }
  const reason = error instanceof Error ? (error.stack ?? error.message) : error
  process.stderr.write(`${JSON.stringify({ level, message, ...rest, ...(reason === undefined ? {} : { error: String(reason) }) })}\n`)
}

/** Used where the caller passes no log: warnings and errors to stderr, a JSON object a line; nothing else. */
export const stderrLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, message) => write('warn', fields, message),
  error: (fields, message) => write('error', fields, message)
}
