/** A container of a pod, as the Docker Engine's API wants it described. Pure. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { ContainerCreateOptions, HostConfig } from 'dockerode'
import type { Bind } from '../process/mount-plan.ts'
import { sharesOf } from '../process/cpu-shares.ts'
import { limitsOf } from '../process/group-limits.ts'
import type { ContainerStart } from '../runtime/container-runtime.ts'
import { checkNonRoot, securityContextOf } from '../runtime/non-root.ts'

const NANO_A_MILLI = 1e6

/** The name that a kubelet gives, so that `docker ps` reads as on a node. */
export const containerName = ({ pod: { metadata }, container, attempt }: Pick<ContainerStart, 'pod' | 'container' | 'attempt'>): string =>
  `k8s_${container.name}_${metadata.name}_${metadata.namespace}_${metadata.uid}_${attempt}`

/** `holder` is the container whose namespaces the pod shares; `files` are bound beside the pod's own volumes.
 * Throws Blocked where the container would be root and must not. */
export function containerOptions(what: ContainerStart, holder: string, files: readonly Bind[]): ContainerCreateOptions & { name: string } {
  const { container, pod, argv, env, workingDirectory, image, binds } = what
  const [program = '', ...args] = argv
  checkNonRoot(pod, container, image.config.user)
  const security = securityContextOf(pod, container)
  return {
    name: containerName(what),
    Image: image.locator,
    Entrypoint: [program],
    Cmd: args,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(workingDirectory === '' ? {} : { WorkingDir: workingDirectory }),
    User: userOf(security, image.config.user),
    Labels: {
      'io.kubernetes.container.name': container.name,
      'io.kubernetes.pod.name': pod.metadata.name ?? '',
      'io.kubernetes.pod.namespace': pod.metadata.namespace ?? '',
      'io.kubernetes.pod.uid': pod.metadata.uid ?? ''
    },
    AttachStdin: container.stdin === true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: container.stdin === true,
    StdinOnce: container.stdinOnce === true,
    Tty: container.tty === true,
    StopSignal: image.config.stopSignal,
    HostConfig: {
      NetworkMode: `container:${holder}`,
      IpcMode: `container:${holder}`,
      ...(pod.spec?.shareProcessNamespace === true && { PidMode: `container:${holder}` }),
      // Its output goes to the pod's logs; the engine need not keep another copy.
      LogConfig: { Type: 'none', Config: {} },
      Mounts: [...binds, ...files].map(({ source, target, readOnly }) => ({
        Type: 'bind',
        Source: source,
        Target: target,
        ReadOnly: readOnly
      })),
      ...resourcesOf(container),
      ...confinementOf(security)
    }
  }
}

type Security = k8s.PodSecurityContext & k8s.SecurityContext

/** `uid[:gid]`; a group alone goes with the user of the image. */
function userOf({ runAsUser, runAsGroup }: Security, ofImage: string): string {
  if (runAsUser === undefined && runAsGroup === undefined) return ofImage
  const user = runAsUser === undefined ? (ofImage.split(':')[0] ?? '') || '0' : String(runAsUser)
  return runAsGroup === undefined ? user : `${user}:${runAsGroup}`
}

function resourcesOf(container: k8s.Container): HostConfig {
  const { memoryBytes, cpuMilli, cpuRequestMilli } = limitsOf(container)
  return {
    ...(memoryBytes !== undefined && { Memory: memoryBytes, MemorySwap: memoryBytes }),
    ...(cpuMilli !== undefined && { NanoCpus: cpuMilli * NANO_A_MILLI }),
    CpuShares: sharesOf(cpuRequestMilli)
  }
}

function confinementOf(security: Security): HostConfig {
  const { capabilities, privileged, readOnlyRootFilesystem, allowPrivilegeEscalation, supplementalGroups = [], fsGroup } = security
  const groups = fsGroup === undefined ? supplementalGroups : [fsGroup, ...supplementalGroups]
  return {
    ...(capabilities?.add !== undefined && { CapAdd: [...capabilities.add] }),
    ...(capabilities?.drop !== undefined && { CapDrop: [...capabilities.drop] }),
    ...(privileged === true && { Privileged: true }),
    ...(readOnlyRootFilesystem === true && { ReadonlyRootfs: true }),
    ...(allowPrivilegeEscalation === false && { SecurityOpt: ['no-new-privileges'] }),
    ...(groups.length > 0 && { GroupAdd: groups.map(String) })
  }
}
