/** What NetworkPolicies say, asked as a network would: may this pod connect to that one's port? Of ingress alone, which is all that the chart restricts. */
import type { NetworkPolicy, NetworkPolicyPeer } from '@knative-ts/api/kubernetes'

/** Somebody who connects: a pod, or whoever is none (`pod: false`), like the API server or a client outside the cluster. */
export interface Caller {
  readonly pod: boolean
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
}

type Labels = Readonly<Record<string, string>>

const fits = (wanted: Labels = {}, labels: Labels = {}): boolean => Object.entries(wanted).every(([key, value]) => labels[key] === value)

/** True when no policy selects the pod with these labels, or when one that does lets the caller in. Throws for selectors that it does not know. */
export function mayConnect(policies: readonly NetworkPolicy[], caller: Caller, to: Labels, port: number): boolean {
  const own = policies.filter(({ spec }) => fits(spec?.podSelector?.matchLabels, to))
  if (own.length === 0) return true
  return own.some((policy) =>
    (policy.spec?.ingress ?? []).some(
      ({ from, ports }) =>
        (ports ?? []).some((each) => each.port === port) && (from === undefined || from.some((peer) => isPeer(peer, caller, policy)))
    )
  )
}

function isPeer(peer: NetworkPolicyPeer, caller: Caller, policy: NetworkPolicy): boolean {
  if (peer.ipBlock !== undefined) throw new Error('addresses are not asked about')
  if (peer.namespaceSelector !== undefined && Object.keys(peer.namespaceSelector).length > 0)
    throw new Error('only all namespaces are asked about')
  if (!caller.pod) return false
  const inNamespace = peer.namespaceSelector !== undefined || caller.namespace === policy.metadata.namespace
  return inNamespace && fits(peer.podSelector?.matchLabels, caller.labels)
}
