/** Every object that stands behind one Service, as the API server has it. */
import {
  configurations,
  images,
  ingresses,
  knativeServices,
  type KubeObject,
  metrics,
  podAutoscalers,
  type Resource,
  revisions,
  routes,
  serverlessServices
} from '@knative-ts/api'
import { deployments, pods, services } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import { pick } from '../../kubernetes/expand.ts'

/** Objects by what they are; those of the latest ready revision where there are several. */
export interface Behind {
  readonly service: KubeObject
  readonly configuration: KubeObject
  readonly route: KubeObject
  readonly revision: KubeObject
  readonly deployment: KubeObject
  readonly podAutoscaler: KubeObject
  readonly metric: KubeObject
  readonly serverlessService: KubeObject
  readonly ingress: KubeObject
  readonly image: KubeObject
  readonly placeholder: KubeObject
  readonly publicService: KubeObject
  readonly privateService: KubeObject
  readonly pods: readonly KubeObject[]
}

/** Reads them all. Rejects with the first that is not there. */
export async function behind(client: KubeClient, namespace: string, name: string): Promise<Behind> {
  const get = <T extends KubeObject>(resource: Resource<T>, of: string): Promise<KubeObject> =>
    client.get(resource, { namespace, name: of })
  const service = await get(knativeServices, name)
  const revision = String(pick(service, 'status.latestReadyRevisionName') ?? '')
  const selector = `serving.knative.dev/revision=${revision}`
  const [configuration, route, rev, deployment, podAutoscaler, metric, serverlessService, ingress, placeholder, publicService] =
    await Promise.all([
      get(configurations, name),
      get(routes, name),
      get(revisions, revision),
      get(deployments, `${revision}-deployment`),
      get(podAutoscalers, revision),
      get(metrics, revision),
      get(serverlessServices, revision),
      get(ingresses, name),
      get(services, name),
      get(services, revision)
    ])
  const [privateService, image, { items }] = await Promise.all([
    get(services, String(pick(serverlessService, 'status.privateServiceName'))),
    get(images, `${revision}-cache-user-container`),
    client.list(pods, { namespace, labelSelector: selector })
  ])
  const found = { service, configuration, route, deployment, podAutoscaler, metric, serverlessService, ingress, placeholder, publicService }
  return { ...found, revision: rev, privateService, image, pods: items }
}

/** A member by its path, in which `~` stands for a dot inside a key. */
export const at = (object: KubeObject, path: string): unknown => pick(object, path)

/** Labels of an object. */
export const labelsOf = ({ metadata }: KubeObject): Readonly<Record<string, string>> => metadata.labels ?? {}

/** Annotations of an object. */
export const annotationsOf = ({ metadata }: KubeObject): Readonly<Record<string, string>> => metadata.annotations ?? {}

export interface SeenCondition {
  readonly type: string
  readonly status: string
  readonly severity?: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

/** Conditions of an object, in their order. */
export const conditionsOf = (object: KubeObject): readonly SeenCondition[] => (pick(object, 'status.conditions') ?? []) as SeenCondition[]

/** One condition of an object. Throws when it is not there. */
export function conditionOf(object: KubeObject, type: string): SeenCondition {
  const found = conditionsOf(object).find((condition) => condition.type === type)
  if (found === undefined)
    throw new Error(`${object.kind} ${object.metadata.name} has no condition ${type}: ${JSON.stringify(conditionsOf(object))}`)
  return found
}

/** Kind and name of the one owner that controls an object. */
export function controllerOf({ metadata }: KubeObject): string | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)
  return owner === undefined ? undefined : `${owner.kind} ${owner.name}`
}
