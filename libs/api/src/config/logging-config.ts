import { ConfigError, type ConfigData } from './config-error.ts'

/** The levels that zap knows; ours of the same name, `dpanic` and above count as fatal. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'dpanic' | 'panic' | 'fatal'

/** config-logging. */
export interface LoggingConfig {
  /** The encoder's configuration as JSON text; handed to queue-proxies as it stands. */
  readonly zapConfig: string
  /** By component: controller, autoscaler, queueproxy, webhook, activator... */
  readonly levels: ReadonlyMap<string, LogLevel>
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'dpanic', 'panic', 'fatal']
const PREFIX = 'loglevel.'

/** Reads config-logging; throws {@link ConfigError} for a level that does not exist. An empty level is info. */
export function parseLoggingConfig(data: ConfigData): LoggingConfig {
  const levels = new Map<string, LogLevel>()
  for (const [key, text] of Object.entries(data ?? {})) {
    if (!key.startsWith(PREFIX) || key.length === PREFIX.length) continue
    levels.set(key.slice(PREFIX.length), levelOf(text))
  }
  return { zapConfig: data?.['zap-logger-config'] ?? '', levels }
}

/** The level of one component; info unless the ConfigMap says otherwise. */
export const logLevelOf = (config: LoggingConfig, component: string): LogLevel => config.levels.get(component) ?? 'info'

/**
 * The level that one component should log at, as upstream's watcher takes it: its own key, else the `level` of zap-logger-config; undefined
 * when the ConfigMap says nothing that can be read.
 */
export function componentLevel(config: LoggingConfig, component: string): LogLevel | undefined {
  const own = config.levels.get(component)
  if (own !== undefined) return own
  if (config.zapConfig === '') return undefined
  try {
    const { level } = JSON.parse(config.zapConfig) as { level?: unknown }
    return typeof level === 'string' ? levelOf(level) : undefined
  } catch {
    // What cannot be read was refused by the webhook, or stored without one; upstream's components go on as well.
    return undefined
  }
}

function levelOf(text: string): LogLevel {
  if (text === '') return 'info'
  // zap takes a level in lower or in upper case, not mixed.
  const level = LEVELS.find((candidate) => candidate === text || candidate.toUpperCase() === text)
  if (level === undefined) throw new ConfigError(`invalid logging level: ${text}`)
  return level
}
