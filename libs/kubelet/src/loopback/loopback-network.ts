/** Pods on loopback addresses: anybody may run them, and no device is made. */
import { mkdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { AddressPool } from '../network/address-pool.ts'
import type { Network, NetworkFacts, PodName, Sandbox } from '../network/network.ts'
import { run } from '../process/run.ts'
import { LoopbackSandbox, type MountAbility, sandboxMark } from './loopback-sandbox.ts'
import { preloadSource } from './preload.ts'

/** Holds a range of addresses for this agent: whoever listens here has it. */
const lockPort = 10052
const slots = 8

export class LoopbackNetwork implements Network {
  readonly facts: NetworkFacts
  readonly #directory: string
  readonly #lock: Server
  readonly #addresses: AddressPool
  readonly #open = new Set<LoopbackSandbox>()
  readonly #hook: string
  readonly #mounts: MountAbility
  #serial = 0

  private constructor(index: number, lock: Server, directory: string, mounts: MountAbility) {
    this.#lock = lock
    this.#directory = directory
    this.#mounts = mounts
    this.#addresses = new AddressPool(`127.${88 + index}`)
    this.#hook = join(directory, 'loopback-hook.mjs')
    mkdirSync(directory, { recursive: true })
    writeFileSync(this.#hook, preloadSource())
    this.facts = {
      mode: 'loopback',
      podRange: `127.${88 + index}.0.0/16`,
      serviceRange: `127.${96 + index}.0.0/16`,
      hostAddress: '127.0.0.1',
      apiServer: { host: `127.${96 + index}.0.1`, port: 6443 },
      dns: { address: `127.${88 + index}.0.1`, port: 10053 },
      ...(lowPortOffset() === 0 ? {} : { lowPortOffset: lowPortOffset() })
    }
  }

  /** Takes the first free range. Rejects when eight agents run already. */
  static async take(directory: string): Promise<LoopbackNetwork> {
    for (let index = 0; index < slots; index++) {
      const lock = await listenAt(`127.${88 + index}.0.1`, lockPort)
      if (lock !== undefined) return new LoopbackNetwork(index, lock, directory, await mountAbility())
    }
    throw new Error(`all loopback ranges 127.88.0.0/16 to 127.95.0.0/16 are taken: something listens on port ${lockPort} of each`)
  }

  open(pod: PodName): Promise<Sandbox> {
    const address = this.#addresses.take()
    const directory = join(this.#directory, 'sandboxes', `loopback-${++this.#serial}`)
    const env = {
      // By this its processes are found when it closes: no other node's pod has the directory, whatever its uid.
      [sandboxMark]: directory,
      KNATIVE_TS_POD_ADDRESS: address,
      KNATIVE_TS_NAMESPACE: pod.namespace,
      KNATIVE_TS_DNS: `${this.facts.dns.address}:${this.facts.dns.port}`,
      NODE_OPTIONS: `--import=file://${encodeURI(this.#hook)}`,
      ...(this.facts.lowPortOffset === undefined ? {} : { KNATIVE_TS_LOW_PORT_OFFSET: String(this.facts.lowPortOffset) })
    }
    const sandbox = new LoopbackSandbox({ address, env, directory, mounts: this.#mounts }, () => {
      this.#open.delete(sandbox)
      this.#addresses.give(address)
    })
    this.#open.add(sandbox)
    return Promise.resolve(sandbox)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((sandbox) => sandbox.close()))
    await new Promise((resolve) => this.#lock.close(resolve))
  }
}

function listenAt(host: string, port: number): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy())
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined))
    server.listen({ host, port }, () => resolve(server.unref()))
  })
}

/** Services have ports below 1024, which not everybody may open: they are served this much higher then, and the hook knows it. */
function lowPortOffset(): number {
  if (process.getuid?.() === 0) return 0
  const file = '/proc/sys/net/ipv4/ip_unprivileged_port_start'
  return existsSync(file) && Number(readFileSync(file, 'utf8')) <= 80 ? 0 : 20_000
}

/** Root makes mount namespaces; others where the machine lets them make user namespaces. */
async function mountAbility(): Promise<MountAbility> {
  const ways =
    process.getuid?.() === 0 ? [['unshare', '-m', '--propagation', 'slave']] : [['unshare', '-U', '-r', '-m', '--propagation', 'slave']]
  for (const way of ways) {
    const ran = await run([...way, 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'])
    if (ran.code === 0) return { prefix: way }
    return { obstacle: ran.stderr.trim() }
  }
  return { obstacle: 'no way known' }
}
