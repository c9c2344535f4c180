import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NetworkFacts, Place, PodName, Sandbox } from '../network/network.ts'
import type { Bind } from '../process/mount-plan.ts'

/** A container of an engine that does nothing but hold the pod's namespaces. */
export interface Holder {
  readonly id: string
  remove(): Promise<void>
}

const DOMAIN = 'svc.cluster.local'

/** A pod's sandbox whose namespaces containers of a Docker engine share: they join those of `holder`. */
export class HeldSandbox implements Sandbox {
  readonly holder: Holder | undefined
  readonly #inner: Sandbox
  readonly #pod: PodName
  readonly #facts: NetworkFacts
  readonly #directory: string

  /** `directory` is the sandbox's own, for the files that its containers see. */
  constructor(inner: Sandbox, holder: Holder, pod: PodName, facts: NetworkFacts, directory: string) {
    this.#inner = inner
    this.holder = holder
    this.#pod = pod
    this.#facts = facts
    this.#directory = directory
  }

  get address(): string {
    return this.#inner.address
  }

  get serviceAccountDirectory(): string {
    return this.#inner.serviceAccountDirectory
  }

  get env(): Readonly<Record<string, string>> {
    return this.#inner.env
  }

  get networkPid(): number | undefined {
    return this.#inner.networkPid
  }

  get podFiles(): Sandbox['podFiles'] {
    return this.#inner.podFiles
  }

  reach(port: number): { readonly host: string; readonly port: number } {
    return this.#inner.reach(port)
  }

  place(container: string, binds: readonly Bind[], terminationPath: string): Promise<Place> {
    return this.#inner.place(container, binds, terminationPath)
  }

  adopt(ports: readonly number[]): Promise<Readonly<Record<string, string>>> {
    return this.#inner.adopt(ports)
  }

  async close(): Promise<void> {
    // Its containers end with the holder's namespaces, so they go first.
    await this.holder?.remove()
    await this.#inner.close()
  }

  /** Names and name servers as on a cluster, and the service account. In loopback mode the engine's own network has its own names. */
  files(): readonly Bind[] {
    const account: Bind = {
      source: this.serviceAccountDirectory,
      target: '/var/run/secrets/kubernetes.io/serviceaccount',
      kind: 'directory',
      readOnly: true
    }
    if (this.#facts.mode === 'loopback') return [account]
    mkdirSync(this.#directory, { recursive: true })
    return [
      account,
      this.#file(
        '/etc/resolv.conf',
        `search ${this.#pod.namespace}.${DOMAIN} ${DOMAIN} cluster.local\nnameserver ${this.#facts.dns.address}\noptions ndots:5\n`
      ),
      this.#file('/etc/hosts', `127.0.0.1\tlocalhost\n${this.address}\t${this.#pod.name}\n`)
    ]
  }

  #file(target: string, content: string): Bind {
    const source = join(this.#directory, target.slice(target.lastIndexOf('/') + 1))
    writeFileSync(source, content)
    return { source, target, kind: 'file', readOnly: false }
  }
}
