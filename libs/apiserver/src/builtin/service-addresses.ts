/** Cluster addresses and node ports of Services, allocated while a write is decided: two writes can never get the same one. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { internal, invalid, invalidValue } from '../http/errors.ts'
import type { Call } from '../requests/call.ts'
import type { StoredObject } from '../store/object-store.ts'
import { AddressPool } from './address-pool.ts'
import { isHealthChecked } from './services/service-prepare.ts'

const NODE_PORTS = { from: 30_000, to: 32_767 }

/** Follows the Services of one cluster. */
export class ServiceAddresses {
  readonly #pool: AddressPool
  readonly #cidr: string
  readonly #nodePorts = new Map<number, string>()
  #nextPort = NODE_PORTS.from

  constructor(cidr: string) {
    this.#cidr = cidr
    this.#pool = new AddressPool(cidr)
  }

  /** Takes over the addresses of the Services that are already there. */
  restore(services: readonly StoredObject[]): void {
    for (const { object } of services) this.#takeOver(object as k8s.Service)
  }

  #takeOver(service: k8s.Service): void {
    const owner = ownerOf(service)
    const address = addressOf(service)
    if (address !== undefined) this.#pool.take(address, owner)
    for (const port of portsOf(service)) this.#nodePorts.set(port, owner)
  }

  /** Gives a Service what it has to have, in place; other kinds pass. Throws 422 when it asks for an address that is taken. */
  assign(call: Call, object: KubeObject, before: KubeObject | undefined): void {
    if (call.type.storage !== '/services') return
    const service = object as k8s.Service
    const { spec } = service
    if (spec === undefined) return
    const owner = ownerOf(service)
    const old = before === undefined ? undefined : addressOf(before as k8s.Service)
    if (spec.type === 'ExternalName') {
      if (old !== undefined) this.#pool.release(old, owner)
    } else this.#assignAddress(call, service, spec, owner)
    this.#assignPorts(call, service, spec, owner)
    const kept = new Set(portsOf(service))
    for (const port of before === undefined ? [] : portsOf(before as k8s.Service)) if (!kept.has(port)) this.#nodePorts.delete(port)
  }

  /** Shows what {@link assign} would give, and takes nothing. */
  preview(call: Call, object: KubeObject, before: KubeObject): void {
    if (call.type.storage !== '/services') return
    this.assign(call, object, before)
    this.forget(object)
    this.#takeOver(before as k8s.Service)
  }

  #assignAddress(call: Call, service: k8s.Service, spec: k8s.ServiceSpec, owner: string): void {
    if (spec.clusterIP === 'None') {
      spec.clusterIPs ??= ['None']
      return
    }
    const asked = spec.clusterIP || spec.clusterIPs?.[0]
    if (!asked) {
      const address = this.#pool.allocate(owner)
      if (address === undefined) throw internal(`failed to allocate a serviceIP: range ${this.#cidr} is full`)
      spec.clusterIP = address
      spec.clusterIPs = [address]
      return
    }
    const fail = (why: string) => {
      throw invalid(call.type, service.metadata.name ?? '', [
        invalidValue('spec.clusterIPs', [asked], `failed to allocate IP ${asked}: ${why}`)
      ])
    }
    if (!this.#pool.contains(asked))
      fail(
        call.dryRun
          ? `the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${this.#cidr}`
          : 'the provided network does not match the current range'
      )
    if (!this.#pool.take(asked, owner)) fail('provided IP is already allocated')
    spec.clusterIP = asked
    spec.clusterIPs ??= [asked]
  }

  /** Ports of one number share a node port, whatever their protocols; one that is asked for has to be free. */
  #assignPorts(call: Call, service: k8s.Service, spec: k8s.ServiceSpec, owner: string): void {
    if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return
    const fills = spec.type === 'NodePort' || spec.allocateLoadBalancerNodePorts !== false
    const chosen = new Map<number, number>()
    ;(spec.ports ?? []).forEach((port, index) => {
      if (!port.nodePort && !fills) return
      const sibling = chosen.get(port.port) ?? spec.ports?.find((one) => one.port === port.port && one.nodePort)?.nodePort
      if (port.nodePort) this.#takePort(call, service, port.nodePort, `spec.ports[${index}].nodePort`, owner)
      else port.nodePort = sibling ?? this.#freePort()
      if (!chosen.has(port.port)) chosen.set(port.port, port.nodePort)
      this.#nodePorts.set(port.nodePort, owner)
    })
    if (!isHealthChecked(spec)) return
    spec.healthCheckNodePort ||= this.#freePort()
    this.#nodePorts.set(spec.healthCheckNodePort, owner)
  }

  #takePort(call: Call, service: k8s.Service, port: number, field: string, owner: string): void {
    const refuse = (why: string) => {
      throw invalid(call.type, service.metadata.name ?? '', [invalidValue(field, port, why)])
    }
    // Who only asks is not told what is taken.
    if (call.dryRun) return
    const { from, to } = NODE_PORTS
    if (port < from || port > to) refuse(`provided port is not in the valid range. The range of valid ports is ${from}-${to}`)
    const holder = this.#nodePorts.get(port)
    if (holder !== undefined && holder !== owner) refuse('provided port is already allocated')
  }

  #freePort(): number {
    for (let tries = NODE_PORTS.from; tries <= NODE_PORTS.to; tries++) {
      const port = this.#nextPort
      this.#nextPort = port === NODE_PORTS.to ? NODE_PORTS.from : port + 1
      if (!this.#nodePorts.has(port)) return port
    }
    throw internal('failed to allocate a nodePort: range is full')
  }

  /** The Service is gone: what it had is free. */
  forget(object: KubeObject): void {
    if (object.kind !== 'Service' || object.apiVersion !== 'v1') return
    const service = object as k8s.Service
    const owner = ownerOf(service)
    const address = addressOf(service)
    if (address !== undefined) this.#pool.release(address, owner)
    for (const port of portsOf(service)) if (this.#nodePorts.get(port) === owner) this.#nodePorts.delete(port)
  }
}

const ownerOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`
const portsOf = ({ spec }: k8s.Service) =>
  [...(spec?.ports ?? []).map(({ nodePort }) => nodePort), spec?.healthCheckNodePort].flatMap((port) => (port ? [port] : []))

function addressOf({ spec }: k8s.Service): string | undefined {
  return spec?.clusterIP && spec.clusterIP !== 'None' ? spec.clusterIP : undefined
}
