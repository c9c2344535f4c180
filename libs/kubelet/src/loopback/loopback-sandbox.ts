/** One pod on a loopback address. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../network/free-port.ts'
import type { Place, Sandbox } from '../network/network.ts'
import { hostTree } from '../process/host-tree.ts'
import { type Bind, mountPlan, quote } from '../process/mount-plan.ts'
import { processesMarked, signal } from '../process/process-identity.ts'
import { Forwarder } from '../service/forwarder.ts'
import { listeningAddress } from './listening.ts'

/** The command that gives a program mounts of its own, or why there is none. */
export type MountAbility = { readonly prefix: readonly string[] } | { readonly obstacle: string }

/** What the network gives a pod. */
export interface LoopbackPod {
  readonly address: string
  readonly env: Readonly<Record<string, string>>
  readonly directory: string
  readonly mounts: MountAbility
}

const inDirectory = 'cd "$0" && exec "$@"'

/** Variable of a pod's processes that names the directory of their sandbox. */
export const sandboxMark = 'KNATIVE_TS_SANDBOX'

export class LoopbackSandbox implements Sandbox {
  readonly address: string
  readonly serviceAccountDirectory: string
  readonly env: Readonly<Record<string, string>>
  readonly #pod: LoopbackPod
  readonly #onClose: () => void
  /** Container port to the free port that a program outside the hook was given. */
  readonly #adopted = new Map<number, number>()
  readonly #forwarders: Forwarder[] = []
  #closed = false

  constructor(pod: LoopbackPod, onClose: () => void) {
    this.#pod = pod
    this.#onClose = onClose
    this.address = pod.address
    this.serviceAccountDirectory = join(pod.directory, 'serviceaccount')
    // The service account's usual path would need a mount, which costs a start and may be forbidden.
    this.env = { ...pod.env, KUBERNETES_SERVICEACCOUNT_DIRECTORY: this.serviceAccountDirectory }
  }

  reach(port: number): { host: string; port: number } {
    const given = this.#adopted.get(port)
    return given === undefined ? { host: this.address, port } : { host: listeningAddress(given) ?? '127.0.0.1', port: given }
  }

  place(container: string, binds: readonly Bind[], _terminationPath: string): Promise<Place> {
    if (binds.length === 0) {
      const enter = (argv: readonly string[], directory: string): string[] => ['sh', '-c', inDirectory, directory, ...argv]
      return Promise.resolve({ terminationLog: undefined, enter, sharesPath: () => true })
    }
    const { mounts, directory } = this.#pod
    if ('obstacle' in mounts) {
      const targets = binds.map(({ target }) => target).join(', ')
      const message = `volumes at ${targets} need a mount namespace, and this user cannot make one (${mounts.obstacle}): run as root, or let users make user namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)`
      return Promise.reject(new Error(message))
    }
    const staging = join(directory, `mounts-${container}`)
    mkdirSync(staging, { recursive: true })
    const { script, root } = mountPlan(binds, hostTree, [], staging)
    const next = root === undefined ? '' : `chroot ${quote(root)} `
    const enter = (argv: readonly string[], workingDirectory: string): string[] => [
      ...mounts.prefix,
      'sh',
      '-c',
      `${script}\nexec ${next}sh -c ${quote(inDirectory)} "$@"`,
      'sh',
      workingDirectory,
      ...argv
    ]
    return Promise.resolve({
      terminationLog: undefined,
      enter,
      sharesPath: (path) => !binds.some(({ target }) => path === target || path.startsWith(`${target}/`))
    })
  }

  async adopt(ports: readonly number[]): Promise<Record<string, string>> {
    const port = ports[0]
    if (port === undefined) return {}
    const known = this.#adopted.get(port)
    if (known !== undefined) return { PORT: String(known) }
    const free = await freePort()
    this.#adopted.set(port, free)
    const forwarder = new Forwarder(() => this.reach(port))
    this.#forwarders.push(forwarder)
    await forwarder.listen(this.address, port)
    return { PORT: String(free) }
  }

  close(): Promise<void> {
    // Once: the address may belong to another pod by the second call.
    if (this.#closed) return Promise.resolve()
    this.#closed = true
    for (const forwarder of this.#forwarders) forwarder.close()
    // Whatever left its process group still has the pod's mark in its environment.
    for (const pid of processesMarked(sandboxMark, this.#pod.directory)) signal(pid, 'SIGKILL')
    rmSync(this.#pod.directory, { recursive: true, force: true })
    this.#onClose()
    return Promise.resolve()
  }
}
