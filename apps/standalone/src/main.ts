import { subscribe } from 'node:diagnostics_channel'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { forbiddenMessage, type AccessDecision } from '@knative-ts/apiserver'
import type { PodMilestone } from '@knative-ts/kubelet'
import { createLogger } from '@knative-ts/telemetry/logger'
import { errorText } from '@knative-ts/kube'
import { createAnnouncer } from './announcer.ts'
import { readOptions, usage, UsageError, type StandaloneOptions } from './options.ts'
import { startStandalone, type Standalone } from './standalone.ts'

// dist/apps/standalone/main.mjs: the other deployables are beside it, the samples at the repository's root.
const appsDirectory = dirname(dirname(fileURLToPath(import.meta.url)))
const samples = join(dirname(dirname(appsDirectory)), 'samples')

const hasKubectl = (process.env['PATH'] ?? '').split(delimiter).some((directory) => existsSync(join(directory, 'kubectl')))

function parse(): StandaloneOptions | undefined {
  try {
    const options = readOptions(process.argv.slice(2), process.env, samples)
    if (options !== 'help') return options
    process.stdout.write(`${usage}\n`)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  }
  return undefined
}

async function run(options: StandaloneOptions): Promise<void> {
  const announce = createAnnouncer(options.json, hasKubectl)
  // For benchmarks that split a cold start.
  if (process.env['STANDALONE_MILESTONES'] === '1')
    subscribe('knative.kubelet.pod', (milestone) => announce({ event: 'pod', ...(milestone as PodMilestone) }))
  const log = createLogger('standalone', options.json ? 'info' : 'warn')
  subscribe('knative.apiserver.access', (decision) => {
    const { allowed, user, attributes } = decision as AccessDecision
    if (!allowed) log.info({ user: user.name }, `refused: ${forbiddenMessage(user, attributes)}`)
  })
  let standalone: Standalone | undefined
  let asked = false
  const ending = new AbortController()
  const end = (reason: string, code: number): void => {
    if (asked) process.exit(1)
    asked = true
    ending.abort(new Error(`stopped by ${reason} while starting`))
    starting
      .then(() => standalone?.stop(reason))
      .then(
        () => process.exit(code),
        (error: unknown) => {
          log.fatal({ error }, 'could not stop in good order')
          process.exit(1)
        }
      )
  }
  process.on('SIGINT', () => end('SIGINT', 0))
  process.on('SIGTERM', () => end('SIGTERM', 0))
  const starting = startStandalone(options, {
    announce,
    log,
    appsDirectory,
    onFatal: (error) => {
      log.fatal({ error }, `objects cannot be stored any more: ${error.message}`)
      end(`objects cannot be stored any more: ${error.message}`, 1)
    },
    signal: ending.signal
  }).then(
    (started) => {
      standalone = started
    },
    (error: unknown) => {
      // Undone already; who asked for it ends the process.
      if (ending.signal.aborted) return announce({ event: 'stopped', ms: Math.round(performance.now()) })
      announce({ event: 'failed', message: errorText(error) })
      if (process.env['LOG_LEVEL'] === 'debug') log.error({ error }, 'start failed')
      process.exit(1)
    }
  )
  await starting
}

const options = parse()
if (options !== undefined) await run(options)
