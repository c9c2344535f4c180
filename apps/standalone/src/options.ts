import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parts, type PartName } from '@knative-ts/api/system'
import { errorText } from '@knative-ts/kube'

/** What `npm start -- ...` decides; parsed once, nothing undefined but what may be absent. */
export interface StandaloneOptions {
  /** Where objects, certificates and logs live; undefined: nowhere, all is gone at the end (`--ephemeral`). */
  readonly dataDirectory: string | undefined
  /** Port of the public gateway on 127.0.0.1; 0 takes a free one. */
  readonly gatewayPort: number
  /** Port of the gateway's HTTPS listener on 127.0.0.1; 0 takes a free one; undefined: only by its Service. */
  readonly gatewayHttpsPort: number | undefined
  /** Port of the API server on 127.0.0.1; 0 takes a free one. */
  readonly apiPort: number
  /** Package directories that `dev.local/NAME` images are looked for in. */
  readonly imageRoots: readonly string[]
  readonly network: 'auto' | 'netns' | 'loopback'
  /** The Docker engine that runs images which nothing else here has: `auto`, or `unix://PATH`; undefined: none. */
  readonly docker: string | undefined
  /** How registries are reached: proxies and authorities, as far as the environment says. */
  readonly registryEnvironment: Readonly<Record<string, string>>
  /** What is installed. */
  readonly parts: readonly PartName[]
  /** One JSON event a line instead of sentences. */
  readonly json: boolean
}

/** A command line that cannot be used; the message says what to write instead. */
export class UsageError extends Error {}

export const usage = `npm start -- [options]

  --data DIR           where objects live (default: $XDG_DATA_HOME/knative-ts, else ~/.local/share/knative-ts)
  --ephemeral          keep nothing
  --gateway-port PORT  port of the gateway (8080; 0: any free one)
  --gateway-https-port PORT
                       port of the gateway's HTTPS listener (none; 0: any free one)
  --api-port PORT      port of the API server (6443; 0: any free one)
  --images DIR         a directory of package directories for dev.local/NAME images; may be repeated (default: samples)
  --network MODE       auto, netns (root) or loopback
  --docker WHERE       auto (the usual socket, if an engine answers there), off, or unix://PATH (default: $DOCKER_HOST, else auto)
  --parts LIST         what is installed: serving, eventing, or both (serving,eventing)
  --json               one event a line
  --help`

function portOf(name: string, text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`--${name} ${text}: give a port from 0 to 65535`)
  return port
}

function networkOf(text: string): StandaloneOptions['network'] {
  if (text === 'auto' || text === 'netns' || text === 'loopback') return text
  throw new UsageError(`--network ${text}: give auto, netns or loopback`)
}

/** Variables that are set, under one spelling: curl prefers the small letters. */
function registryEnvironmentOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].map(
    (name) => [name, environment[name.toLowerCase()] ?? environment[name] ?? ''] as const
  )
  const authorities = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'].map((name) => [name, environment[name] ?? ''] as const)
  return Object.fromEntries([...proxies, ...authorities].filter(([, value]) => value !== ''))
}

function partsOf(text: string): PartName[] {
  const names = text.split(',').map((name) => name.trim())
  const known = Object.keys(parts)
  const stranger = names.find((name) => !known.includes(name))
  if (stranger !== undefined)
    throw new UsageError(
      `--parts ${text}: there is no ${stranger || 'part without a name'}: give ${known.join(', ')}, or both with a comma`
    )
  return known.filter((name): name is PartName => names.includes(name))
}

function dockerOf(text: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  if (text === undefined) return environment['DOCKER_HOST'] ?? 'auto'
  if (text === 'off') return undefined
  if (text === 'auto' || /^unix:\/\/\/./.test(text)) return text
  throw new UsageError(`--docker ${text}: give auto, off or unix:///PATH`)
}

/** Where state lives unless said otherwise. */
function defaultDataDirectory(environment: NodeJS.ProcessEnv): string {
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'knative-ts')
}

function imageRootOf(directory: string): string {
  const path = resolve(directory)
  if (!existsSync(path)) throw new UsageError(`--images ${directory}: there is no such directory: give one that holds package directories`)
  if (!statSync(path).isDirectory())
    throw new UsageError(`--images ${directory}: that is a file: give a directory that holds package directories`)
  return path
}

/** Reads the command line. Returns 'help' when it is asked for; throws UsageError. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv, samples: string): StandaloneOptions | 'help' {
  const { values } = parse(args)
  if (values.help) return 'help'
  if (values.ephemeral && values.data !== undefined) throw new UsageError('--ephemeral and --data exclude each other: give one of them')
  const gatewayPort = portOf('gateway-port', values['gateway-port'])
  const apiPort = portOf('api-port', values['api-port'])
  if (gatewayPort === apiPort && apiPort !== 0) throw new UsageError(`--gateway-port and --api-port are both ${apiPort}: give two ports`)
  const https = values['gateway-https-port']
  const gatewayHttpsPort = https === undefined ? undefined : portOf('gateway-https-port', https)
  if (gatewayHttpsPort !== undefined && gatewayHttpsPort !== 0 && [gatewayPort, apiPort].includes(gatewayHttpsPort))
    throw new UsageError(`--gateway-https-port ${gatewayHttpsPort} is taken by another option: give a port of its own`)
  return {
    dataDirectory: values.ephemeral ? undefined : resolve(values.data ?? defaultDataDirectory(environment)),
    gatewayPort,
    gatewayHttpsPort,
    apiPort,
    imageRoots: values.images?.map(imageRootOf) ?? [samples],
    network: networkOf(values.network),
    docker: dockerOf(values.docker, environment),
    registryEnvironment: registryEnvironmentOf(environment),
    parts: partsOf(values.parts),
    json: values.json
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        ephemeral: { type: 'boolean', default: false },
        'gateway-port': { type: 'string', default: '8080' },
        'gateway-https-port': { type: 'string' },
        'api-port': { type: 'string', default: '6443' },
        images: { type: 'string', multiple: true },
        network: { type: 'string', default: 'auto' },
        docker: { type: 'string' },
        parts: { type: 'string', default: Object.keys(parts).join(',') },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false }
      }
    })
  } catch (error) {
    throw new UsageError(`${errorText(error)}\n\n${usage}`)
  }
}
