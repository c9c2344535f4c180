import {
  configurationLabel,
  certificates,
  clusterDomainClaims,
  configurations,
  domainMappings,
  images,
  ingresses,
  knativeServices,
  podAutoscalers,
  revisions,
  revisionUidLabel,
  routeLabel,
  routes,
  serverlessServices,
  type Certificate,
  type ClusterDomainClaim,
  type Configuration,
  type DomainMapping,
  type Image,
  type Ingress,
  type KubeObject,
  type PodAutoscaler,
  type Resource,
  type Revision,
  type Route,
  type ServerlessService,
  type Service
} from '@knative-ts/api'
import * as k8s from '@knative-ts/api/kubernetes'
import { type InformerFactory, type InformerOptions, Kept } from '@knative-ts/kube'
import { byConfiguration } from './configuration/configuration.reconciler.ts'
import { byTarget, targetOf } from './domain-mapping/targets.ts'
import { byReference, referencesOf } from './labeler/labeler.reconciler.ts'
import { byRoute } from './route/ensure-placeholders.ts'
import { certificatesByRoute } from './route/secure-route.ts'
import { serviceNameLabel } from './serverless-service/public-slices-of.ts'
import { byService } from './serverless-service/serverless-service.reconciler.ts'

/** Every kind that the reconcilers read or write, with the indexes that they ask. */
export interface Objects {
  readonly knativeServices: Kept<Service>
  readonly configurations: Kept<Configuration>
  readonly revisions: Kept<Revision>
  readonly routes: Kept<Route>
  readonly ingresses: Kept<Ingress>
  readonly domainMappings: Kept<DomainMapping>
  readonly domainClaims: Kept<ClusterDomainClaim>
  readonly certificates: Kept<Certificate>
  /** Those of type kubernetes.io/tls alone: no others are read. */
  readonly tlsSecrets: Kept<k8s.Secret>
  readonly namespaces: Kept<k8s.Namespace>
  readonly podAutoscalers: Kept<PodAutoscaler>
  readonly serverlessServices: Kept<ServerlessService>
  readonly images: Kept<Image>
  readonly deployments: Kept<k8s.Deployment>
  readonly services: Kept<k8s.Service>
  readonly endpointSlices: Kept<k8s.EndpointSlice>
  readonly pods: Kept<k8s.Pod>
}

/** `namespace/value` of a label, as an index function. */
const inNamespace =
  (label: string) =>
  (object: KubeObject): readonly string[] => {
    const value = object.metadata.labels?.[label]
    return value === undefined ? [] : [`${object.metadata.namespace}/${value}`]
  }

/** Shares the factory's informers. Deployments, pods and images of others are not watched: selected by Serving's label. */
export function objectsOf(factory: InformerFactory): Objects {
  const kept = <T extends KubeObject>(resource: Resource<T>, options?: InformerOptions<T>): Kept<T> =>
    new Kept(factory.client, factory.informer(resource, options))
  const ofRevisions = { labelSelector: revisionUidLabel }
  return {
    knativeServices: kept(knativeServices),
    configurations: kept(configurations, { indexes: { [byReference]: referencesOf } }),
    revisions: kept(revisions, { indexes: { [byConfiguration]: inNamespace(configurationLabel), [byReference]: referencesOf } }),
    routes: kept(routes),
    ingresses: kept(ingresses),
    domainMappings: kept(domainMappings, { indexes: { [byTarget]: targetOf } }),
    domainClaims: kept(clusterDomainClaims),
    certificates: kept(certificates, { indexes: { [certificatesByRoute]: inNamespace(routeLabel) } }),
    tlsSecrets: kept(k8s.secrets, { fieldSelector: 'type=kubernetes.io/tls' }),
    namespaces: kept(k8s.namespaces),
    podAutoscalers: kept(podAutoscalers),
    serverlessServices: kept(serverlessServices),
    images: kept(images),
    deployments: kept(k8s.deployments, ofRevisions),
    services: kept(k8s.services, { indexes: { [byRoute]: inNamespace(routeLabel) } }),
    endpointSlices: kept(k8s.endpointSlices, { indexes: { [byService]: inNamespace(serviceNameLabel) } }),
    pods: kept(k8s.pods, {
      ...ofRevisions,
      indexes: { [revisionUidLabel]: (pod) => [pod.metadata.labels?.[revisionUidLabel] ?? ''] }
    })
  }
}
