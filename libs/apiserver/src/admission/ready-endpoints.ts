/** Finds a Service's ready endpoints in its EndpointSlices. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { ObjectStore } from '../store/object-store.ts'
import type { ResolveService } from './webhook-client.ts'

/** Ready endpoints first asked at a random one, so that replicas share the load; none when there is none. */
export function readyEndpoints(store: ObjectStore): ResolveService {
  return (namespace, name, port) => {
    const service = store.get({ resource: '/services', namespace, name })?.object as k8s.Service | undefined
    if (service === undefined) return Promise.reject(new Error(`service ${JSON.stringify(name)} not found`))
    const wanted = service.spec?.ports?.find((one) => one.port === port)
    if (wanted === undefined) return Promise.reject(new Error(`no service port ${port} found for service ${JSON.stringify(name)}`))
    const slices = store.list('discovery.k8s.io/endpointslices', namespace).map(({ object }) => object as k8s.EndpointSlice)
    const places = slices
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
      .flatMap(({ endpoints, ports }) => {
        const target = ports?.find((one) => (one.name ?? '') === (wanted.name ?? ''))?.port
        const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
        return target === undefined ? [] : ready.flatMap(({ addresses }) => addresses.slice(0, 1).map((host) => ({ host, port: target })))
      })
    const first = Math.floor(Math.random() * places.length)
    return Promise.resolve([...places.slice(first), ...places.slice(0, first)])
  }
}
