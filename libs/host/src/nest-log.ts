import type { LoggerService } from '@nestjs/common'
import type { Log } from '@knative-ts/telemetry/logger'

/** Nest's own messages through our logger: its start-up chatter only at debug level, warnings and errors as they are. */
export function nestLogOf(log: Log): LoggerService {
  return {
    log: (message: unknown) => log.debug(String(message)),
    debug: (message: unknown) => log.debug(String(message)),
    verbose: (message: unknown) => log.debug(String(message)),
    warn: (message: unknown) => log.warn(String(message)),
    error: (message: unknown, stack?: unknown) => log.error({ stack }, String(message)),
    fatal: (message: unknown) => log.fatal(String(message))
  }
}
