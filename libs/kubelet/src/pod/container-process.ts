/** Everything between a container's spec and its running program, once per start. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { basename, dirname } from 'node:path'
import { nodeMark } from '../clean-up.ts'
import { EnvError } from '../env/container-env.ts'
import { expand } from '../env/expand.ts'
import type { LocalImage } from '../image/images.ts'
import type { ContainerLog } from '../logs/container-log.ts'
import type { Place } from '../network/network.ts'
import { HostPortTaken } from '../network/host-ports.ts'
import { launch, type RunningProgram } from '../process/launch.ts'
import { parseQuantity } from '../quantity.ts'
import { VolumeError } from '../volume/payload.ts'
import type { PodContext } from './pod-context.ts'

/** A program that runs, and what `exec` needs to join it. */
export interface Started {
  readonly program: RunningProgram
  readonly place: Place
  readonly env: Readonly<Record<string, string>>
  readonly workingDirectory: string
  readonly memoryGroup: string | undefined
}

/** Not started: the container waits with this reason, and is tried again. */
export class Blocked extends Error {
  readonly reason: string
  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}

/** Starts the container's program. Rejects with {@link Blocked} or StartError. */
export async function startContainer(
  context: PodContext,
  spec: k8s.Container,
  image: LocalImage,
  place: () => Promise<Place>,
  log: ContainerLog
): Promise<Started> {
  const { services, sandbox } = context
  const [made, base] = await Promise.all([
    place().catch((error: Error) => {
      throw new Blocked('CreateContainerError', error.message)
    }),
    context.environment(spec, image.config.env).catch((error: unknown) => {
      if (error instanceof EnvError || error instanceof VolumeError) throw new Blocked('CreateContainerConfigError', error.message)
      throw error
    })
  ])
  const look = (text: string): string => expand(text, (name) => base[name])
  const { config } = image
  const command = spec.command?.length ? spec.command.map(look) : config.entrypoint
  const args = spec.args?.length ? spec.args.map(look) : spec.command?.length ? [] : config.cmd
  const argv = [...command, ...args].map((word, index) => (index === 0 && word === 'node' ? services.nodeBinary : word))
  const workingDirectory = spec.workingDir === undefined || spec.workingDir === '' ? config.workingDir : spec.workingDir
  const isNode = /^node(js)?$/.test(basename(argv[0] ?? ''))
  const env: Record<string, string> = { ...base }
  // The hook of loopback mode must stay when a container has Node options of its own.
  const own = sandbox.env.NODE_OPTIONS
  if (own !== undefined && env.NODE_OPTIONS !== own) env.NODE_OPTIONS = `${own} ${env.NODE_OPTIONS ?? ''}`.trim()
  if (!isNode) Object.assign(env, await sandbox.adopt((spec.ports ?? []).map(({ containerPort }) => containerPort)))
  const memoryGroup = limitMemory(context, spec, env)
  const inherited = await hostPortsOf(context, spec, env)
  const started = launch(
    {
      place: made,
      argv,
      workingDirectory,
      env,
      output: log.descriptor,
      inherited,
      cgroupFiles: memoryGroup === undefined ? [] : [`${memoryGroup}/cgroup.procs`]
    },
    services.ledger
  )
  return { program: await started, place: made, env, workingDirectory, memoryGroup }
}

/** A cgroup where one can be made; else Node at least is told to keep its heap below the limit. */
function limitMemory(context: PodContext, spec: k8s.Container, env: Record<string, string>): string | undefined {
  const limit = spec.resources?.limits?.memory
  if (limit === undefined) return undefined
  const bytes = parseQuantity(limit)
  const group = context.services.cgroups.limit(`${context.name.uid}-${spec.name}`, bytes)
  // Three quarters: buffers, code and stacks live outside the heap.
  if (group === undefined)
    env.NODE_OPTIONS = `${env.NODE_OPTIONS ?? ''} --max-old-space-size=${Math.max(16, Math.floor((bytes * 0.75) / 2 ** 20))}`.trim()
  return group
}

async function hostPortsOf(context: PodContext, spec: k8s.Container, env: Record<string, string>): Promise<number[]> {
  const ports = (spec.ports ?? []).filter(({ hostPort }) => hostPort !== undefined && hostPort > 0)
  if (ports.length === 0) return []
  const inherits = context.pod().metadata.annotations?.['standalone.knative.dev/socket-activation'] === 'true'
  try {
    const sockets = await Promise.all(
      ports.map((port) => context.services.hostPorts.open(context.name.uid, port, inherits, context.sandbox))
    )
    if (!inherits) return []
    env.LISTEN_FDS = String(sockets.length)
    env.LISTEN_FDNAMES = ports.map(({ name, containerPort }) => name ?? String(containerPort)).join(':')
    return sockets as number[]
  } catch (error) {
    if (!(error instanceof HostPortTaken)) throw error
    context.services.log.error({ pod: `${context.name.namespace}/${context.name.name}`, container: spec.name }, error.message)
    context.event('Warning', 'HostPortConflict', error.message, spec.name)
    throw new Blocked('CreateContainerError', error.message)
  }
}

/** Variables that every container has, before its image's and its own. */
export function baseEnv(context: Pick<PodContext, 'name' | 'sandbox' | 'services'>): Record<string, string> {
  const path = process.env.PATH ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  return {
    PATH: `${dirname(context.services.nodeBinary)}:${path}`,
    HOME: process.env.HOME ?? '/',
    HOSTNAME: context.name.name,
    [nodeMark]: context.services.nodeMark,
    ...context.sandbox.env
  }
}
