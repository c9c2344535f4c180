/** Keeps the Node object, its conditions and its Lease. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { namespaces, nodes } from '@knative-ts/api/kubernetes'
import {
  ApiError,
  equalJson,
  isAlreadyExists,
  isNotFound,
  type KubeClient,
  type Lease,
  leases,
  type Log,
  microTime,
  secondTime
} from '@knative-ts/kube'
import { setTimeout as wait } from 'node:timers/promises'
import { machineRoom, type MachineRoom } from './machine.ts'
import { isPressureTaint, nodeConditionsOf, pressureTaintsOf } from './node-conditions.ts'

const leaseNamespace = 'kube-node-lease'
/** Kubernetes' own: renewed every 10 s, good for 40 s. */
const renewMs = 10_000
const leaseSeconds = 40
/** Conditions that do not change are told again after this, as a kubelet does. ms. */
const reportMs = 300_000

/** What a node is told with. */
export interface RegistrationOptions {
  readonly client: KubeClient
  /** The Node but for its conditions. */
  readonly node: k8s.Node
  /** A directory on the disk that pods write to. */
  readonly directory: string
  readonly log: Log
  readonly room?: (directory: string) => MachineRoom
}

export class Registration {
  readonly #options: RegistrationOptions
  readonly #name: string
  #uid = ''
  #conditions: k8s.NodeCondition[] = []
  #reportedAt = Number.NEGATIVE_INFINITY
  #leaving = false
  /** True while the Node has taints of ours. */
  #tainted = false

  constructor(options: RegistrationOptions) {
    this.#options = options
    this.#name = options.node.metadata.name ?? ''
  }

  /** Writes the Node, then keeps it and its Lease until `signal` aborts. Resolves when the Node is written. */
  async start(signal: AbortSignal): Promise<void> {
    const { client, node } = this.#options
    try {
      this.#uid = (await client.create(nodes, node)).metadata.uid ?? ''
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      const known = await this.#takeOver(node)
      this.#uid = known.metadata.uid ?? ''
      this.#conditions = known.status?.conditions ?? []
      this.#tainted = known.spec?.taints?.some(isPressureTaint) === true
    }
    await this.report(node.status)
    void this.#keep(signal)
  }

  /** The Node of an earlier life. The range of its pods cannot be changed: where it is another one now, the Node is made anew, cordoned as it was. */
  async #takeOver(node: k8s.Node): Promise<k8s.Node> {
    const { client } = this.#options
    const before = await client.get(nodes, this.#key())
    if (before.spec?.podCIDR === undefined || before.spec.podCIDR === node.spec?.podCIDR) {
      const body = { metadata: { labels: node.metadata.labels }, spec: node.spec }
      return client.patch(nodes, this.#key(), { type: 'merge', body })
    }
    const { taints, unschedulable } = before.spec
    await client.delete(nodes, this.#key())
    const kept = { ...(taints === undefined ? {} : { taints }), ...(unschedulable === undefined ? {} : { unschedulable }) }
    return client.create(nodes, { ...node, spec: { ...node.spec, ...kept } })
  }

  /** Says that the node is shutting down. */
  async leave(): Promise<void> {
    this.#leaving = true
    await this.report()
  }

  /** Writes the conditions if they have changed or were not told for long; with `status` the rest too. */
  async report(status?: k8s.NodeStatus): Promise<void> {
    const { client, directory, room = machineRoom } = this.#options
    const conditions = nodeConditionsOf(room(directory), this.#conditions, secondTime(Date.now()), this.#leaving)
    const same = conditions.every((each, index) => each.status === this.#conditions[index]?.status)
    if (same && status === undefined && performance.now() - this.#reportedAt < reportMs) return
    await client.patch(nodes, this.#key(), { type: 'merge', body: { status: { ...status, conditions } } }, { subresource: 'status' })
    this.#conditions = conditions
    this.#reportedAt = performance.now()
    if (!same) await this.#taint(pressureTaintsOf(conditions))
  }

  async #taint(wanted: readonly k8s.Taint[]): Promise<void> {
    if (wanted.length === 0 && !this.#tainted) return
    const { client } = this.#options
    const { spec } = await client.get(nodes, this.#key())
    const before = spec?.taints ?? []
    const taints = [...before.filter((taint) => !isPressureTaint(taint)), ...wanted]
    this.#tainted = wanted.length > 0
    if (equalJson(before, taints)) return
    await client.patch(nodes, this.#key(), { type: 'merge', body: { spec: { taints: taints.length === 0 ? null : taints } } })
  }

  async #keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await Promise.all([this.#renew(), this.report()]).catch((error: unknown) => {
        if (!signal.aborted) this.#options.log.warn({ error }, 'cannot renew the lease or the conditions of the node')
      })
      // Only an abort can reject here, and it ends the loop.
      await wait(renewMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #renew(): Promise<void> {
    const { client } = this.#options
    const key = { namespace: leaseNamespace, name: this.#name }
    const spec = { holderIdentity: this.#name, leaseDurationSeconds: leaseSeconds, renewTime: microTime(Date.now()) }
    try {
      await client.patch(leases, key, { type: 'merge', body: { spec } })
    } catch (error) {
      if (!isNotFound(error)) throw error
      await createNamespace(client)
      const owner = { apiVersion: 'v1', kind: 'Node', name: this.#name, uid: this.#uid }
      const lease: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { ...key, ownerReferences: [owner] }, spec }
      await client.create(leases, lease)
    }
  }

  #key(): { namespace: string; name: string } {
    return { namespace: '', name: this.#name }
  }
}

async function createNamespace(client: KubeClient): Promise<void> {
  const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: leaseNamespace } }
  await client.create(namespaces, namespace).catch((error: unknown) => {
    // Most API servers make it themselves.
    if (!(error instanceof ApiError) || error.code !== 409) throw error
  })
}
