import type * as k8s from '@knative-ts/api/kubernetes'

/** One place to connect to. */
export interface Backend {
  readonly host: string
  readonly port: number
}

/**
 * Ready endpoints of a Service's port, by the port's name. While none is ready, those that still serve although they are ending: kube-proxy's rule,
 * which keeps a rollout of one replica from refusing connections.
 */
export function endpointsOf(slices: readonly k8s.EndpointSlice[], portName: string): Backend[] {
  const ready: Backend[] = []
  const ending: Backend[] = []
  for (const slice of slices) {
    const port = (slice.ports ?? []).find(({ name }) => (name ?? '') === portName)?.port
    if (port === undefined || slice.addressType === 'IPv6') continue
    for (const { addresses, conditions } of slice.endpoints ?? []) {
      const list = conditions?.ready !== false ? ready : conditions.serving === true && conditions.terminating === true ? ending : undefined
      for (const host of list === undefined ? [] : addresses) list?.push({ host, port })
    }
  }
  return ready.length > 0 ? ready : ending
}
