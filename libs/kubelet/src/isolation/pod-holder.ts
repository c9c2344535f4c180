/** The process that holds a pod's host name, IPC namespace, /dev/shm and, where they are shared, processes. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Blocked } from '../runtime/blocked.ts'
import { holderProgram } from './container-program.ts'
import type { Launcher } from './launcher/launcher.ts'
import { runWatched } from './launcher/watched-process.ts'

/** A pod's holder, and files that its containers see. */
export interface PodHolder {
  readonly pid: number
  readonly sharesProcesses: boolean
  /** Host path of /dev/shm, as the holder sees it. */
  readonly sharedMemory: string
  /** Host path of /etc/hostname. */
  readonly hostNameFile: string
}

/** Kernel parameters that belong to a namespace of the pod and do no harm to others: the kubelet's safe ones, which are those of namespaces here. */
const safeControls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem'
]

/** Starts it. Rejects with Blocked for kernel parameters that pods may not set. */
export async function holdPod(launcher: Launcher, pod: k8s.Pod, networkPid: number, directory: string): Promise<PodHolder> {
  const { hostname, subdomain, setHostnameAsFQDN, shareProcessNamespace, securityContext } = pod.spec ?? {}
  const own = hostname ?? pod.metadata.name ?? ''
  const qualified = `${own}.${subdomain}.${pod.metadata.namespace}.svc.cluster.local`
  const hostName = (setHostnameAsFQDN === true && subdomain !== undefined ? qualified : own).slice(0, 63)
  const sharedMemory = join(directory, 'shm')
  const hostNameFile = join(directory, 'hostname')
  mkdirSync(sharedMemory, { recursive: true })
  writeFileSync(hostNameFile, `${hostName}\n`)
  const systemControls = Object.fromEntries((securityContext?.sysctls ?? []).map(({ name, value }) => [checked(name), value]))
  const sharesProcesses = shareProcessNamespace === true
  const program = holderProgram({ networkPid, hostName, sharesProcesses, sharedMemory, systemControls })
  const { pid } = await runWatched(launcher, program)
  // Nothing ends it here: it is in the pod's network, and goes with everything else that is there.
  return { pid, sharesProcesses, sharedMemory, hostNameFile }
}

function checked(name: string): string {
  const dotted = name.replaceAll('/', '.')
  if (safeControls.includes(dotted)) return dotted
  throw new Blocked('SysctlForbidden', `forbidden sysctl: "${name}" not allowlisted: this node sets ${safeControls.join(', ')}`)
}
