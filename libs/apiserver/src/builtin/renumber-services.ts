import type * as k8s from '@knative-ts/api/kubernetes'
import type { ObjectStore } from '../store/object-store.ts'
import { AddressPool } from './address-pool.ts'

/**
 * Moves Services whose cluster address lies outside `cidr` to the same place inside it. One machine holds several clusters, each with a range of
 * its own, and a cluster that starts again may get another range: an old address would lead nowhere, or into somebody else's cluster.
 * Resolves with how many were moved, once that is durable. Call it before anybody is served.
 */
export async function renumberServices(store: ObjectStore, cidr: string): Promise<number> {
  const pool = new AddressPool(cidr)
  const stale = store.list('/services').filter(({ object }) => isStale(object as k8s.Service, pool))
  const moves = stale.map(({ key }) =>
    store.write(key, (current) => {
      if (current === undefined) return { kind: 'unchanged' }
      const service = current.object as k8s.Service
      const address = pool.moved(service.spec?.clusterIP ?? '')
      return { kind: 'put', object: { ...service, spec: { ...service.spec, clusterIP: address, clusterIPs: [address] } } as k8s.Service }
    })
  )
  await Promise.all(moves)
  return moves.length
}

function isStale({ spec }: k8s.Service, pool: AddressPool): boolean {
  return spec?.clusterIP !== undefined && spec.clusterIP !== '' && spec.clusterIP !== 'None' && !pool.contains(spec.clusterIP)
}
