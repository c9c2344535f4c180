/** The kinds that have a CustomResourceDefinition: where they live, how kubectl shows them, and their schemas. Loads zod: for generators. */
import { eventingDefinedKinds } from './eventing-kinds.ts'
import { column, readiness, type Column, type DefinedKind } from './defined-kind.ts'
import { metrics } from '../autoscaling/metric/metric.ts'
import { metricSpecSchema, metricStatusSchema } from '../autoscaling/metric/metric.schema.ts'
import { podAutoscalers } from '../autoscaling/pod-autoscaler/pod-autoscaler.ts'
import { podAutoscalerSpecSchema, podAutoscalerStatusSchema } from '../autoscaling/pod-autoscaler/pod-autoscaler.schema.ts'
import { images } from '../caching/image/image.ts'
import { imageSpecSchema, imageStatusSchema } from '../caching/image/image.schema.ts'
import { configurationGenerationLabel, configurationLabel } from '../names/keys.ts'
import { certificates } from '../networking/certificate/certificate.ts'
import { certificateSpecSchema, certificateStatusSchema } from '../networking/certificate/certificate.schema.ts'
import { clusterDomainClaims } from '../networking/domain-claim/domain-claim.ts'
import { clusterDomainClaimSpecSchema } from '../networking/domain-claim/domain-claim.schema.ts'
import { ingresses } from '../networking/ingress/ingress.ts'
import { ingressSpecSchema, ingressStatusSchema } from '../networking/ingress/ingress.schema.ts'
import { serverlessServices } from '../networking/serverless-service/serverless-service.ts'
import { serverlessServiceSpecSchema, serverlessServiceStatusSchema } from '../networking/serverless-service/serverless-service.schema.ts'
import { configurations } from '../serving/configuration/configuration.ts'
import { configurationSpecSchema, configurationStatusSchema } from '../serving/configuration/configuration.schema.ts'
import { domainMappings } from '../serving/domain-mapping/domain-mapping.ts'
import { domainMappingSpecSchema, domainMappingStatusSchema } from '../serving/domain-mapping/domain-mapping.schema.ts'
import { revisions } from '../serving/revision/revision.ts'
import { revisionSpecSchema, revisionStatusSchema } from '../serving/revision/revision.schema.ts'
import { routes } from '../serving/route/route.ts'
import { routeSpecSchema, routeStatusSchema } from '../serving/route/route.schema.ts'
import { knativeServices } from '../serving/service/service.ts'
import { serviceSpecSchema, serviceStatusSchema } from '../serving/service/service.schema.ts'

const label = (name: string, key: string): Column => column(name, `.metadata.labels['${key.replaceAll('.', '\\.')}']`)
const url = column('URL', '.status.url')
const latest = [column('LatestCreated', '.status.latestCreatedRevisionName'), column('LatestReady', '.status.latestReadyRevisionName')]
const addressable = { 'duck.knative.dev/addressable': 'true' }
const podSpecable = { 'duck.knative.dev/podspecable': 'true' }
const serving = ['all', 'knative', 'serving']

/** The kinds of Serving. */
const servingKinds: readonly DefinedKind[] = [
  {
    resource: knativeServices,
    description: 'Service is what a user deploys: it keeps a Configuration and a Route of the same name.',
    shortNames: ['kservice', 'ksvc'],
    categories: serving,
    columns: [url, ...latest, ...readiness],
    labels: { ...addressable, ...podSpecable },
    spec: serviceSpecSchema,
    status: serviceStatusSchema
  },
  {
    resource: configurations,
    description: 'Configuration is the latest wanted state; each change of its template makes a Revision.',
    shortNames: ['config', 'cfg'],
    categories: serving,
    columns: [...latest, ...readiness],
    labels: podSpecable,
    spec: configurationSpecSchema,
    status: configurationStatusSchema
  },
  {
    resource: revisions,
    description: 'Revision is one immutable version of code and configuration.',
    shortNames: ['rev'],
    categories: serving,
    columns: [
      label('Config Name', configurationLabel),
      label('Generation', configurationGenerationLabel),
      ...readiness,
      column('Actual Replicas', '.status.actualReplicas', 'integer'),
      column('Desired Replicas', '.status.desiredReplicas', 'integer')
    ],
    spec: revisionSpecSchema,
    status: revisionStatusSchema
  },
  {
    resource: routes,
    description: 'Route is a host name and how its requests are shared among Revisions.',
    shortNames: ['rt'],
    categories: serving,
    columns: [url, ...readiness],
    labels: addressable,
    spec: routeSpecSchema,
    status: routeStatusSchema
  },
  {
    resource: domainMappings,
    description: 'DomainMapping serves a Service, or anything else with an address, under a domain of your own: the name of the object.',
    shortNames: ['dm'],
    categories: serving,
    columns: [url, ...readiness],
    spec: domainMappingSpecSchema,
    status: domainMappingStatusSchema
  },
  {
    resource: podAutoscalers,
    description: 'PodAutoscaler says how one Revision is scaled.',
    shortNames: ['kpa', 'pa'],
    categories: ['knative-internal', 'autoscaling'],
    columns: [
      column('DesiredScale', '.status.desiredScale', 'integer'),
      column('ActualScale', '.status.actualScale', 'integer'),
      ...readiness
    ],
    spec: podAutoscalerSpecSchema,
    status: podAutoscalerStatusSchema
  },
  {
    resource: metrics,
    description: 'Metric is what the autoscaler measures for one Revision.',
    shortNames: [],
    categories: ['knative-internal', 'autoscaling'],
    columns: readiness,
    spec: metricSpecSchema,
    status: metricStatusSchema
  },
  {
    resource: serverlessServices,
    description: 'ServerlessService says whether requests of a Revision go to its pods or through the activator.',
    shortNames: ['sks'],
    categories: ['knative-internal', 'networking'],
    columns: [
      column('Mode', '.spec.mode'),
      column('Activators', '.spec.numActivators', 'integer'),
      column('ServiceName', '.status.serviceName'),
      column('PrivateServiceName', '.status.privateServiceName'),
      ...readiness
    ],
    spec: serverlessServiceSpecSchema,
    status: serverlessServiceStatusSchema
  },
  {
    resource: ingresses,
    description: 'Ingress is what the data plane of one ingress class serves.',
    shortNames: ['kingress', 'king'],
    categories: ['knative-internal', 'networking'],
    columns: readiness,
    labels: { 'knative.dev/crd-install': 'true', 'app.kubernetes.io/component': 'networking' },
    spec: ingressSpecSchema,
    status: ingressStatusSchema
  },
  {
    resource: certificates,
    description: 'Certificate asks for a certificate of some names; the controller of its class puts it into a Secret.',
    shortNames: ['kcert'],
    categories: ['knative-internal', 'networking'],
    columns: readiness,
    labels: { 'knative.dev/crd-install': 'true', 'app.kubernetes.io/component': 'networking' },
    spec: certificateSpecSchema,
    status: certificateStatusSchema
  },
  {
    resource: clusterDomainClaims,
    description: 'ClusterDomainClaim gives a domain, the name of the object, to one namespace: DomainMappings of others may not use it.',
    shortNames: ['cdc'],
    categories: ['knative-internal', 'networking'],
    columns: [],
    labels: { 'knative.dev/crd-install': 'true', 'app.kubernetes.io/component': 'networking' },
    spec: clusterDomainClaimSpecSchema
  },
  {
    resource: images,
    description: 'Image asks for an image to be cached on the nodes.',
    shortNames: [],
    categories: ['knative-internal', 'caching'],
    columns: [column('Image', '.spec.image')],
    spec: imageSpecSchema,
    status: imageStatusSchema
  }
]

/** All of them. */
export const definedKinds: readonly DefinedKind[] = [...servingKinds, ...eventingDefinedKinds]
