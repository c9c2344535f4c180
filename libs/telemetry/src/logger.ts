import { pino, type Logger } from 'pino'

/**
 * A structured logger: `log.info({ key: 'default/hello' }, 'what happened')`. One JSON object a line on standard output, with
 * `severity`, `timestamp` (ISO 8601), `logger` and `message`, the keys that upstream's components write.
 */
export type Log = Logger

/** Words of upstream's `loglevel.<component>` keys. */
const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const
/** A level of the log, least severe first. */
export type LogLevel = (typeof levels)[number]

/** Reads a level leniently: zap's levels above `error` are `fatal`, and what is not a level is `info`. */
export function logLevelOf(text: string | undefined): LogLevel {
  const word = text?.trim().toLowerCase()
  if (word === 'dpanic' || word === 'panic') return 'fatal'
  return levels.find((level) => level === word) ?? 'info'
}

/** Fields that are never written, at the top of a line and below it. */
const secrets = ['token', 'authorization', 'cookie', 'password', 'privateKey'].flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

/** Makes the root logger of a role. Writes synchronously, so that the last line before a crash is not lost. */
export function createLogger(name: string, level: LogLevel = logLevelOf(process.env['LOG_LEVEL'])): Log {
  return pino(
    {
      level,
      base: { logger: name },
      messageKey: 'message',
      errorKey: 'error',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ severity: label }) },
      redact: { paths: secrets, censor: '[redacted]' }
    },
    pino.destination({ dest: 1, sync: true })
  )
}
