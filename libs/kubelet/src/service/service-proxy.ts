/** ClusterIPs: a forwarder for each TCP port of each Service, to its ready endpoints in turn. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Informer, Log } from '@knative-ts/kube'
import type { ServiceDirectory } from '../dns/cluster-zone.ts'
import type { NetworkFacts } from '../network/network.ts'
import { endpointsOf } from './endpoints.ts'
import { Forwarder } from './forwarder.ts'
import { bindingPort } from './binding-port.ts'

export class ServiceProxy {
  readonly #directory: ServiceDirectory
  readonly #facts: NetworkFacts
  readonly #log: Log
  /** By Service, then by address and port: a change of one Service looks at its own alone. */
  readonly #forwarders = new Map<string, Map<string, Forwarder>>()
  readonly #unsubscribe: () => void

  constructor(services: Informer<k8s.Service>, directory: ServiceDirectory, facts: NetworkFacts, log: Log) {
    this.#directory = directory
    this.#facts = facts
    this.#log = log
    this.#unsubscribe = services.onChange(({ before, after }) => {
      const { namespace = '', name = '' } = ((after ?? before) as k8s.Service).metadata
      this.#sync(namespace, name, after)
    })
  }

  close(): void {
    this.#unsubscribe()
    for (const own of this.#forwarders.values()) for (const forwarder of own.values()) forwarder.close()
    this.#forwarders.clear()
  }

  #sync(namespace: string, name: string, service: k8s.Service | undefined): void {
    const owner = `${namespace}/${name}`
    const wanted = new Map<string, k8s.ServicePort>()
    const address = service?.spec?.clusterIP
    if (address !== undefined && address !== '' && address !== 'None') {
      for (const port of service?.spec?.ports ?? [])
        if ((port.protocol ?? 'TCP') === 'TCP') wanted.set(`${address}:${port.port}:${port.name ?? ''}`, port)
    }
    const own = this.#forwarders.get(owner) ?? new Map<string, Forwarder>()
    for (const [key, forwarder] of own) {
      if (wanted.has(key)) continue
      forwarder.close()
      own.delete(key)
    }
    for (const [key, port] of wanted) {
      // The API server's own address is served apart: no pod is behind it.
      if (own.has(key) || (address === this.#facts.apiServer.host && owner === 'default/kubernetes')) continue
      own.set(key, this.#forward(namespace, name, address as string, port))
    }
    if (own.size === 0) this.#forwarders.delete(owner)
    else this.#forwarders.set(owner, own)
  }

  #forward(namespace: string, name: string, address: string, port: k8s.ServicePort): Forwarder {
    let turn = 0
    const forwarder = new Forwarder(() => {
      const backends = endpointsOf(this.#directory.slices(namespace, name), port.name ?? '')
      return backends[turn++ % backends.length]
    })
    forwarder.listen(address, bindingPort(this.#facts, port.port)).catch((error: unknown) => {
      this.#log.warn({ service: `${namespace}/${name}`, address, port: port.port, error }, 'cannot serve the ClusterIP of a Service')
    })
    return forwarder
  }
}
