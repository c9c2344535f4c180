/** Everything between a container's spec and its running program, once per start. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { EnvError } from '../env/container-env.ts'
import { expand } from '../env/expand.ts'
import type { LocalImage } from '../image/local-image.ts'
import type { ContainerLog } from '../logs/container-log.ts'
import { HostPortTaken } from '../network/host-ports.ts'
import { Blocked } from '../runtime/blocked.ts'
import type { RunningContainer } from '../runtime/container-runtime.ts'
import { VolumeError } from '../volume/payload.ts'
import type { PodContext } from './pod-context.ts'

/** Starts the container's program, by the runtime of its image. Rejects with Blocked or StartError. */
export async function startContainer(
  context: PodContext,
  container: k8s.Container,
  image: LocalImage,
  attempt: number,
  log: ContainerLog
): Promise<RunningContainer> {
  const { sandbox, volumes, directory } = context
  const { config, runtime } = image
  const pod = context.pod()
  const resolved = await context.environment(container, { ...runtime.baseEnv(pod, sandbox), ...config.env }).catch(refuse)
  const look = (text: string): string => expand(text, (name) => resolved[name])
  const command = container.command?.length ? container.command.map(look) : config.entrypoint
  const args = container.args?.length ? container.args.map(look) : container.command?.length ? [] : config.cmd
  const env = { ...resolved }
  const binds = bindsOf(volumes, container, env)
  const inherited = await hostPortsOf(context, container, env)
  return runtime.start({
    pod,
    container,
    attempt,
    image,
    sandbox,
    argv: [...command, ...args],
    env,
    workingDirectory: container.workingDir === undefined || container.workingDir === '' ? config.workingDir : container.workingDir,
    binds,
    output: { stdout: log.descriptor, stderr: log.descriptor },
    inherited,
    directory
  })
}

function refuse(error: unknown): never {
  if (error instanceof EnvError || error instanceof VolumeError) throw new Blocked('CreateContainerConfigError', error.message)
  throw error
}

function bindsOf(volumes: PodContext['volumes'], container: k8s.Container, env: Readonly<Record<string, string>>) {
  try {
    return volumes.bindsOf(container, env)
  } catch (error) {
    return refuse(error)
  }
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
