import { z } from 'zod'
import type * as k8s from '../../kubernetes/index.ts'
import { statusSchema } from '../../conditions/condition.schema.ts'
import { int32, int64, mapList, preserved, stringMap } from '../../schema/wire.ts'
import { containerSchema } from './container.schema.ts'
import { volumeSchema } from './volume.schema.ts'

const flag = (name: string) => `Behind the feature flag kubernetes.podspec-${name}.`
const flagged = <T>(name: string) => preserved<T>(flag(name)).exactOptional()
const flaggedList = <T>(name: string) => z.array(preserved<T>()).exactOptional().describe(flag(name))

/** The part of a PodSpec that Serving takes, and the limits of a revision. The spec of a Revision never changes. */
export const revisionSpecSchema = z.object({
  affinity: flagged<k8s.Affinity>('affinity'),
  automountServiceAccountToken: z.boolean().exactOptional(),
  containerConcurrency: int64()
    .exactOptional()
    .describe('The most requests that one pod of the revision serves at a time; 0 and absent mean no limit.'),
  containers: z.array(containerSchema).describe('The containers of a pod: one of them declares the port.'),
  dnsConfig: flagged<k8s.PodDNSConfig>('dnsconfig'),
  dnsPolicy: z.string().exactOptional().describe(flag('dnspolicy')),
  enableServiceLinks: z.boolean().exactOptional(),
  hostAliases: flaggedList<k8s.HostAlias>('hostaliases'),
  hostIPC: z.boolean().exactOptional().describe(flag('hostipc')),
  hostNetwork: z.boolean().exactOptional().describe(flag('hostnetwork')),
  hostPID: z.boolean().exactOptional().describe(flag('hostpid')),
  idleTimeoutSeconds: int64().exactOptional().describe('Seconds that a request may go without any byte from the container.'),
  imagePullSecrets: mapList(
    z.object({ name: z.string().exactOptional().meta({ default: '' }) }).meta({ 'x-kubernetes-map-type': 'atomic' }),
    'name'
  ).exactOptional(),
  initContainers: z.array(preserved<z.infer<typeof containerSchema>>()).exactOptional().describe(flag('init-containers')),
  nodeSelector: stringMap().meta({ 'x-kubernetes-map-type': 'atomic' }).exactOptional().describe(flag('nodeselector')),
  priorityClassName: z.string().exactOptional().describe(flag('priorityclassname')),
  responseStartTimeoutSeconds: int64().exactOptional().describe('Seconds until the container must have sent the first byte of its answer.'),
  runtimeClassName: z.string().exactOptional().describe(flag('runtimeclassname')),
  schedulerName: z.string().exactOptional().describe(flag('schedulername')),
  securityContext: flagged<k8s.PodSecurityContext>('securitycontext'),
  serviceAccountName: z.string().exactOptional(),
  shareProcessNamespace: z.boolean().exactOptional().describe(flag('shareprocessnamespace')),
  timeoutSeconds: int64().exactOptional().describe('The most seconds that a request may take.'),
  tolerations: flaggedList<k8s.Toleration>('tolerations'),
  topologySpreadConstraints: flaggedList<k8s.TopologySpreadConstraint>('topologyspreadconstraints'),
  volumes: mapList(volumeSchema, 'name').exactOptional()
})

/** What a Configuration makes its revisions of. */
export const revisionTemplateSchema = z.object({
  metadata: z
    .object({
      annotations: stringMap().exactOptional(),
      finalizers: z.array(z.string()).exactOptional(),
      labels: stringMap().exactOptional(),
      name: z.string().exactOptional(),
      namespace: z.string().exactOptional()
    })
    .meta({ 'x-kubernetes-preserve-unknown-fields': true })
    .exactOptional(),
  spec: revisionSpecSchema.exactOptional()
})

const containerStatus = z.object({ imageDigest: z.string().exactOptional(), name: z.string().exactOptional() })

export const revisionStatusSchema = statusSchema.extend({
  actualReplicas: int32().exactOptional().describe('The pods that are ready.'),
  containerStatuses: z.array(containerStatus).exactOptional().describe('The image of each container, by digest.'),
  desiredReplicas: int32().exactOptional().describe('The pods that the autoscaler wants.'),
  initContainerStatuses: z.array(containerStatus).exactOptional().describe('The image of each init container, by digest.'),
  logUrl: z.string().exactOptional().describe('Where the logs of this revision are.')
})

/** The spec of a Revision. */
export type RevisionSpec = z.infer<typeof revisionSpecSchema>
/** The status of a Revision. */
export type RevisionStatus = z.infer<typeof revisionStatusSchema>
/** One image, resolved to a digest. */
export type ContainerStatus = z.infer<typeof containerStatus>
/** Name, labels, annotations and spec of the revisions of a Configuration. */
export type RevisionTemplateSpec = z.infer<typeof revisionTemplateSchema>
