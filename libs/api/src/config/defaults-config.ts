import { parseTemplate, type Template } from '../go/template/parse-template.ts'
import { ConfigError, type ConfigData } from './config-error.ts'
import { ConfigReader } from './config-reader.ts'
import { containerNameFrom } from './container-name.ts'

/** Quantities by resource; absent where the ConfigMap says nothing. */
export interface DefaultResources {
  readonly cpu?: string
  readonly memory?: string
  readonly 'ephemeral-storage'?: string
}

/** config-defaults: what the webhook fills in. */
export interface DefaultsConfig {
  readonly revisionTimeoutSeconds: number
  readonly maxRevisionTimeoutSeconds: number
  readonly revisionResponseStartTimeoutSeconds: number
  /** 0 means none. */
  readonly revisionIdleTimeoutSeconds: number
  readonly requests: DefaultResources
  readonly limits: DefaultResources
  readonly containerNameTemplate: Template
  readonly initContainerNameTemplate: Template
  readonly containerConcurrency: number
  readonly containerConcurrencyMaxLimit: number
  readonly allowContainerConcurrencyZero: boolean
  /** Leave unset: the cluster's own default counts. */
  readonly enableServiceLinks: boolean | 'unset'
}

const MAX_INT32 = 2 ** 31 - 1

/** Reads config-defaults; throws {@link ConfigError}. */
export function parseDefaultsConfig(data: ConfigData): DefaultsConfig {
  const read = new ConfigReader(data)
  const allowContainerConcurrencyZero = read.boolean(true, 'allow-container-concurrency-zero')
  const revisionTimeoutSeconds = read.int64(300, 'revision-timeout-seconds')
  const maxRevisionTimeoutSeconds = read.int64(600, 'max-revision-timeout-seconds')
  const revisionResponseStartTimeoutSeconds = read.int64(revisionTimeoutSeconds, 'revision-response-start-timeout-seconds')
  const revisionIdleTimeoutSeconds = read.int64(0, 'revision-idle-timeout-seconds')
  const containerConcurrency = read.int64(0, 'container-concurrency')
  const containerConcurrencyMaxLimit = read.int64(1000, 'container-concurrency-max-limit')
  const config: DefaultsConfig = {
    revisionTimeoutSeconds,
    maxRevisionTimeoutSeconds,
    revisionResponseStartTimeoutSeconds,
    revisionIdleTimeoutSeconds,
    requests: resources(read, 'request'),
    limits: resources(read, 'limit'),
    containerNameTemplate: nameTemplate(read.raw('container-name-template') ?? 'user-container'),
    initContainerNameTemplate: nameTemplate(read.raw('init-container-name-template') ?? 'init-container'),
    containerConcurrency,
    containerConcurrencyMaxLimit,
    allowContainerConcurrencyZero,
    enableServiceLinks: serviceLinks(read.raw('enable-service-links'))
  }
  check(config)
  return config
}

function check(config: DefaultsConfig): void {
  const timeout = config.revisionTimeoutSeconds
  const shorter: [string, number][] = [
    ['revision-response-start-timeout-seconds', config.revisionResponseStartTimeoutSeconds],
    ['revision-idle-timeout-seconds', config.revisionIdleTimeoutSeconds]
  ]
  if (timeout > config.maxRevisionTimeoutSeconds) {
    throw new ConfigError(
      `revision-timeout-seconds (${timeout}) cannot be greater than max-revision-timeout-seconds (${config.maxRevisionTimeoutSeconds})`
    )
  }
  for (const [key, seconds] of shorter) {
    if (seconds > 0 && seconds > timeout) {
      throw new ConfigError(`${key} (${seconds}) cannot be greater than revision-timeout-seconds (${timeout})`)
    }
  }
  const limit = config.containerConcurrencyMaxLimit
  if (limit < 1) throw new ConfigError(`expected 1 <= ${limit} <= ${MAX_INT32}: container-concurrency-max-limit`)
  const concurrency = config.containerConcurrency
  if (concurrency < 0 || concurrency > limit) throw new ConfigError(`expected 0 <= ${concurrency} <= ${limit}: container-concurrency`)
}

function resources(read: ConfigReader, side: 'request' | 'limit'): DefaultResources {
  const names = ['cpu', 'memory', 'ephemeral-storage'] as const
  const found = names.map((name) => [name, read.quantity(`revision-${name}-${side}`)] as const)
  return Object.fromEntries(found.filter(([, quantity]) => quantity !== undefined))
}

function nameTemplate(text: string): Template {
  const template = parseTemplate('container-template', text)
  if (!template.ok) throw new ConfigError(template.error)
  const sample = containerNameFrom(template.value, {})
  if (!sample.ok) throw new ConfigError(`error executing template: ${sample.error}`)
  return template.value
}

function serviceLinks(text: string | undefined): boolean | 'unset' {
  if (text === undefined) return false
  const word = text.toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : 'unset'
}
