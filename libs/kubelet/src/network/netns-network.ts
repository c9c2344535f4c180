/** Pods in network namespaces of their own, wired to a bridge. Needs root and `ip`, `unshare`, `nsenter`, `mount`. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Log } from '@knative-ts/kube'
import { join } from 'node:path'
import { nodeMarkOf } from '../clean-up.ts'
import type { Launcher } from '../isolation/launcher/launcher.ts'
import type { Ledger } from '../process/ledger.ts'
import { run } from '../process/run.ts'
import { clearMemory, memoryDirectoryOf } from '../volume/memory-directory.ts'
import { AddressPool } from './address-pool.ts'
import { NetnsSandbox } from './netns-sandbox.ts'
import type { Network, NetworkFacts, PodName, Sandbox } from './network.ts'
import { SandboxPool } from './sandbox-pool.ts'
import { type BridgeSlot, removeBridge } from './slot.ts'

/** What the mode needs of the agent. */
export interface NetnsOptions {
  readonly slot: BridgeSlot
  readonly stateDirectory: string
  readonly ledger: Ledger
  readonly log: Log
  /** Sandboxes kept ready. */
  readonly poolSize: number
  readonly launcher: Launcher | undefined
}

export class NetnsNetwork implements Network {
  readonly facts: NetworkFacts
  readonly #options: NetnsOptions
  readonly #addresses: AddressPool
  readonly #pool: SandboxPool
  readonly #open = new Set<NetnsSandbox>()
  #serial = 0

  constructor(options: NetnsOptions) {
    const { index } = options.slot
    this.#options = options
    this.#addresses = new AddressPool(`10.${88 + index}`)
    this.#pool = new SandboxPool(() => this.#makeFurnished(), options.poolSize, options.log)
    const gateway = `10.${88 + index}.0.1`
    this.facts = {
      mode: 'netns',
      podRange: `10.${88 + index}.0.0/16`,
      serviceRange: `10.${96 + index}.0.0/16`,
      hostAddress: gateway,
      apiServer: { host: `10.${96 + index}.0.1`, port: 443 },
      dns: { address: gateway, port: 53 }
    }
  }

  /** Fills the pool. */
  start(): Promise<void> {
    return this.#pool.fill()
  }

  /** For the pool: a pod of this machine's own programs must not wait for its mounts. */
  async #makeFurnished(): Promise<NetnsSandbox> {
    const sandbox = await this.#make()
    await sandbox.furnish()
    return sandbox
  }

  async open({ namespace, name }: PodName, pod: k8s.Pod, networkOf?: number): Promise<Sandbox> {
    const sandbox = await (networkOf === undefined ? (this.#pool.take() ?? this.#make()) : this.#make(networkOf))
    this.#open.add(sandbox)
    sandbox.assign({ ...pod, metadata: { ...pod.metadata, namespace, name } }, () => {
      this.#open.delete(sandbox)
      this.#addresses.give(sandbox.address)
    })
    return sandbox
  }

  async close(): Promise<void> {
    await this.#pool.close()
    await Promise.all([...this.#open].map((sandbox) => sandbox.close()))
    await removeBridge(this.#options.slot.bridge)
    clearMemory(nodeMarkOf(this.#options.stateDirectory))
    this.#options.launcher?.close()
  }

  async #make(networkOf?: number): Promise<NetnsSandbox> {
    const { slot, stateDirectory, ledger, launcher } = this.#options
    const memory = memoryDirectoryOf(nodeMarkOf(stateDirectory), stateDirectory)
    const host = {
      bridge: slot.bridge,
      gateway: this.facts.hostAddress,
      directory: join(stateDirectory, 'sandboxes'),
      memory,
      ledger,
      launcher
    }
    const sandbox = new NetnsSandbox(host, this.#addresses.take(), ++this.#serial)
    try {
      await sandbox.make(networkOf)
      return sandbox
    } catch (error) {
      await sandbox.close()
      this.#addresses.give(sandbox.address)
      throw error
    }
  }
}

/** Why this machine cannot give pods network namespaces; undefined when it can. */
export async function netnsObstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `network namespaces need Linux, this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  const ran = await run([
    'unshare',
    '-n',
    '-m',
    '--propagation',
    'slave',
    'sh',
    '-c',
    'command -v nsenter mount >/dev/null && mount -t tmpfs tmpfs /run && ip link set lo up'
  ])
  return ran.code === 0 ? undefined : `network namespaces cannot be made: ${ran.stderr.trim() || 'ip, nsenter or mount is not installed'}`
}
