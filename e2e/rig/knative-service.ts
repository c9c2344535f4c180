import { isReady, knativeServices, type Service } from '@knative-ts/api'
import { deployments, type Deployment } from '@knative-ts/api/kubernetes'
import { errorText, type KubeClient } from '@knative-ts/kube'
import { until } from './until.ts'

/** What a test says of a Service; the rest is the smallest valid one. */
export interface ServiceSketch {
  readonly name: string
  /** Default: default. */
  readonly namespace?: string
  readonly image?: string
  readonly env?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  /** Of the Service itself; `annotations` are of its template. */
  readonly serviceAnnotations?: Readonly<Record<string, string>>
  readonly containerConcurrency?: number
  /** More of the revision's spec: its timeouts. */
  readonly revision?: object
  readonly traffic?: NonNullable<Service['spec']['traffic']>
  readonly container?: object
}

/** A Service of one container. */
export function serviceOf(sketch: ServiceSketch): Service {
  const {
    name,
    namespace = 'default',
    image = 'dev.local/hello',
    env = {},
    annotations = {},
    serviceAnnotations,
    containerConcurrency,
    traffic,
    container = {},
    revision = {}
  } = sketch
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name, namespace, ...(serviceAnnotations === undefined ? {} : { annotations: { ...serviceAnnotations } }) },
    spec: {
      template: {
        metadata: { annotations: { ...annotations } },
        spec: {
          containers: [{ image, env: Object.entries(env).map(([key, value]) => ({ name: key, value })), ...container }],
          ...(containerConcurrency === undefined ? {} : { containerConcurrency }),
          ...revision
        }
      },
      ...(traffic === undefined ? {} : { traffic })
    }
  } as Service
}

/** The Service once it is Ready at its newest generation; `withinMs` defaults to 60 s. The failure names its conditions. */
export async function readyService(client: KubeClient, name: string, withinMs = 60_000, namespace = 'default'): Promise<Service> {
  let seen: Service | undefined
  try {
    return await until(
      `Service ${name} is Ready`,
      async () => {
        seen = await client.get(knativeServices, { namespace, name })
        return isReady(seen) && seen
      },
      withinMs
    )
  } catch (error) {
    throw new Error(`${errorText(error)}: ${JSON.stringify(seen?.status?.conditions)}`, {
      cause: error
    })
  }
}

/** Replicas that the Deployment of a revision wants, and has ready. */
export async function replicasOf(
  client: KubeClient,
  revision: string,
  namespace = 'default'
): Promise<{ readonly wanted: number; readonly ready: number }> {
  const { spec, status } = await client.get<Deployment>(deployments, { namespace, name: `${revision}-deployment` })
  return { wanted: spec?.replicas ?? 1, ready: status?.readyReplicas ?? 0 }
}

/** Host name under which a Service is called. */
export const hostOf = (service: Service): string => new URL(service.status?.url ?? 'http://none').host
