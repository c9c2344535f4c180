import type { Place, Sandbox } from '../network/network.ts'
import type { Bind } from '../process/mount-plan.ts'

/** A container of an engine that does nothing but hold the pod's namespaces. */
export interface Holder {
  readonly id: string
  remove(): Promise<void>
}

/** A pod's sandbox whose namespaces containers of a Docker engine share: they join those of `holder`. */
export class HeldSandbox implements Sandbox {
  readonly holder: Holder
  readonly #inner: Sandbox

  constructor(inner: Sandbox, holder: Holder) {
    this.#inner = inner
    this.holder = holder
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
    await this.holder.remove()
    await this.#inner.close()
  }

  /** Names and name servers as on a cluster, and the service account. In loopback mode the engine's own network has its own names. */
  files(): readonly Bind[] {
    const shared = { readOnly: false, kind: 'file' } as const
    const names = this.podFiles
    return [
      {
        source: this.serviceAccountDirectory,
        target: '/var/run/secrets/kubernetes.io/serviceaccount',
        kind: 'directory',
        readOnly: true
      },
      ...(names === undefined
        ? []
        : [
            { source: names.resolvConf, target: '/etc/resolv.conf', ...shared },
            { source: names.hosts, target: '/etc/hosts', ...shared }
          ])
    ]
  }
}
