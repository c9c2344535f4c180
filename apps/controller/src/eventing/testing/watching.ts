import type { Condition, KubeObject, Resource } from '@knative-ts/api'
import { eventually, type FakeCluster } from '@knative-ts/testing'

type WithStatus = KubeObject & { status?: { conditions?: Condition[] } }

/** Looks at the conditions of objects of namespace `default`. */
export function watching(cluster: FakeCluster) {
  const condition = (resource: Resource, name: string, type: string): Condition | undefined =>
    (cluster.find(resource, { namespace: 'default', name }) as WithStatus | undefined)?.status?.conditions?.find((one) => one.type === type)
  return {
    condition,
    ready: (resource: Resource, name: string, type = 'Ready'): Promise<boolean> =>
      eventually(() => condition(resource, name, type)?.status === 'True', `${type} of ${resource.kind} ${name}`),
    /** Waits for a reason; gives the condition. */
    reason: (resource: Resource, name: string, type: string, reason: string): Promise<Condition> =>
      eventually(() => {
        const found = condition(resource, name, type)
        if (found?.reason !== reason) throw new Error(`${resource.kind} ${name} says ${JSON.stringify(found)}, not ${reason}`)
        return found
      }, `${reason} of ${resource.kind} ${name}`)
  }
}
