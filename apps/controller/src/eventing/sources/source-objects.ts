import {
  apiServerSources,
  containerSources,
  pingSources,
  sinkBindings,
  type ApiServerSource,
  type ContainerSource,
  type KubeObject,
  type PingSource,
  type Resource,
  type SinkBinding
} from '@knative-ts/api'
import { deployments, type Deployment } from '@knative-ts/api/kubernetes'
import { Kept } from '@knative-ts/kube'
import type { EventingWorld } from '../eventing-world.ts'

/** The kinds of sources, and what runs for them. */
export interface SourceObjects {
  readonly pingSources: Kept<PingSource>
  readonly apiServerSources: Kept<ApiServerSource>
  readonly containerSources: Kept<ContainerSource>
  readonly sinkBindings: Kept<SinkBinding>
  readonly deployments: Kept<Deployment>
}

/** Shares the factory's informers. */
export function sourceObjectsOf({ client, factory }: Pick<EventingWorld, 'client' | 'factory'>): SourceObjects {
  const kept = <T extends KubeObject>(resource: Resource<T>): Kept<T> => new Kept(client, factory.informer(resource))
  return {
    pingSources: kept(pingSources),
    apiServerSources: kept(apiServerSources),
    containerSources: kept(containerSources),
    sinkBindings: kept(sinkBindings),
    deployments: kept(deployments)
  }
}
