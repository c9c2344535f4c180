/** What one container sees: its image, its volumes, and the files that every container has. */
import type { ContainerGroup } from '../process/cgroups.ts'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerStart } from '../runtime/container-runtime.ts'
import type { HostMount } from './mounts.ts'
import type { PodHolder } from './pod-holder.ts'
import type { ContainerFiles } from './root-filesystem.ts'
import type { ImageRoot, Security } from './security.ts'

/** What a container's files are made from. */
export interface FileSources {
  readonly start: ContainerStart
  readonly root: ImageRoot
  readonly holder: PodHolder
  /** The container's own, with `upper`, `work` and `root` in it. */
  readonly directory: string
  readonly messageFile: string
  readonly group: ContainerGroup | undefined
  readonly security: Security
  /** False: the layers have been copied to `root`. */
  readonly overlay: boolean
}

const serviceAccountPath = '/var/run/secrets/kubernetes.io/serviceaccount'

export function containerFiles({ start, root, holder, directory, messageFile, group, security, overlay }: FileSources): ContainerFiles {
  const { sandbox, container, binds } = start
  const file = (source: string, target: string): HostMount => ({ kind: 'host', source, target, file: true, readOnly: false })
  const shown = (source: string, target: string, readOnly: boolean): HostMount => ({ kind: 'host', source, target, file: false, readOnly })
  const mounts: HostMount[] = [
    file(holder.hostNameFile, '/etc/hostname'),
    ...(sandbox.podFiles === undefined
      ? []
      : [file(sandbox.podFiles.hosts, '/etc/hosts'), file(sandbox.podFiles.resolvConf, '/etc/resolv.conf')]),
    shown(holder.sharedMemory, '/dev/shm', false),
    // Empty where the pod wants no token.
    ...(readdirSync(sandbox.serviceAccountDirectory).length === 0
      ? []
      : [shown(sandbox.serviceAccountDirectory, serviceAccountPath, true)]),
    file(messageFile, container.terminationMessagePath ?? '/dev/termination-log'),
    ...binds.map(({ source, target, kind, readOnly, within }) => ({
      kind: 'host' as const,
      source,
      within,
      target,
      file: kind === 'file',
      readOnly
    }))
  ]
  return {
    root: {
      layers: overlay ? { directory: root.directory, names: root.layers } : undefined,
      upper: join(directory, 'upper'),
      work: join(directory, 'work'),
      merged: join(directory, 'root')
    },
    readOnlyRoot: security.readOnlyRoot,
    privileged: security.privileged,
    mounts,
    groups: Object.entries(group?.directories ?? {}).map(([name, path]) => shown(path, join('/sys/fs/cgroup', name), !security.privileged)),
    masked: security.masked,
    readOnly: security.readOnly,
    workingDirectory: start.workingDirectory || '/'
  }
}
