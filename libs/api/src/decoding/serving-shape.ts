/** The kinds of serving.knative.dev as Go types. */
import { container, localReference, seccompProfile } from './container-shape.ts'
import {
  always,
  bool,
  embedded,
  int32,
  int64,
  kind,
  list,
  map,
  opaque,
  pointer,
  pointers,
  string,
  struct,
  time,
  value,
  values
} from './shape.ts'
import { volume } from './volume-shape.ts'

const condition = struct('apis.Condition', {
  type: always(string),
  status: always(string),
  severity: value(string),
  lastTransitionTime: always(time),
  reason: value(string),
  message: value(string)
})

export const duckStatus = embedded('Status', {
  observedGeneration: value(int64),
  conditions: value(list(condition, 'v1.Conditions')),
  annotations: value(map(string))
})

export const objectMeta = struct('v1.ObjectMeta', {
  ...values(string, 'name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion'),
  generation: value(int64),
  creationTimestamp: value(time),
  deletionTimestamp: pointer(time),
  deletionGracePeriodSeconds: pointer(int64),
  labels: value(map(string)),
  annotations: value(map(string)),
  ownerReferences: value(list(opaque('v1.OwnerReference'))),
  finalizers: value(list(string)),
  managedFields: value(list(opaque('v1.ManagedFieldsEntry')))
})

export const toleration = struct('v1.Toleration', {
  ...values(string, 'key', 'operator', 'value', 'effect'),
  tolerationSeconds: pointer(int64)
})
export const hostAlias = struct('v1.HostAlias', { ip: always(string), hostnames: value(list(string)) })
export const podSecurityContext = struct('v1.PodSecurityContext', {
  seLinuxOptions: pointer(opaque('v1.SELinuxOptions')),
  windowsOptions: pointer(opaque('v1.WindowsSecurityContextOptions')),
  ...pointers(int64, 'runAsUser', 'runAsGroup', 'fsGroup'),
  runAsNonRoot: pointer(bool),
  supplementalGroups: value(list(int64)),
  supplementalGroupsPolicy: pointer(string),
  sysctls: value(list(opaque('v1.Sysctl'))),
  fsGroupChangePolicy: pointer(string),
  seccompProfile: pointer(seccompProfile),
  appArmorProfile: pointer(opaque('v1.AppArmorProfile')),
  seLinuxChangePolicy: pointer(string)
})

const podSpec = embedded('PodSpec', {
  volumes: value(list(volume)),
  initContainers: value(list(container)),
  containers: always(list(container)),
  dnsPolicy: value(string),
  nodeSelector: value(map(string)),
  serviceAccountName: value(string),
  automountServiceAccountToken: pointer(bool),
  ...values(bool, 'hostNetwork', 'hostPID', 'hostIPC'),
  shareProcessNamespace: pointer(bool),
  securityContext: pointer(podSecurityContext),
  imagePullSecrets: value(list(localReference)),
  affinity: pointer(opaque('v1.Affinity')),
  schedulerName: value(string),
  tolerations: value(list(toleration)),
  hostAliases: value(list(hostAlias)),
  priorityClassName: value(string),
  dnsConfig: pointer(opaque('v1.PodDNSConfig')),
  runtimeClassName: pointer(string),
  enableServiceLinks: pointer(bool),
  topologySpreadConstraints: value(list(opaque('v1.TopologySpreadConstraint')))
})

const revisionSpec = struct('v1.RevisionSpec', {
  ...podSpec,
  ...pointers(int64, 'containerConcurrency', 'timeoutSeconds', 'responseStartTimeoutSeconds', 'idleTimeoutSeconds')
})
const template = struct('v1.RevisionTemplateSpec', { metadata: value(objectMeta), spec: value(revisionSpec) })
const configurationSpec = { template: always(template) }

const target = struct('v1.TrafficTarget', {
  ...values(string, 'tag', 'revisionName', 'configurationName'),
  latestRevision: pointer(bool),
  percent: pointer(int64),
  url: pointer(string)
})
const routeSpec = { traffic: value(list(target)) }
const configurationStatus = values(string, 'latestReadyRevisionName', 'latestCreatedRevisionName')
export const address = struct('v1.Addressable', {
  name: pointer(string),
  url: value(string),
  CACerts: pointer(string),
  audience: pointer(string)
})
const routeStatus = { url: value(string), address: pointer(address), traffic: value(list(target)) }
const containerStatuses = value(list(struct('v1.ContainerStatus', values(string, 'name', 'imageDigest'))))

export const serviceShape = kind(
  'v1.Service',
  struct('v1.ServiceSpec', { ...embedded('ConfigurationSpec', configurationSpec), ...embedded('RouteSpec', routeSpec) }),
  struct('v1.ServiceStatus', {
    ...duckStatus,
    ...embedded('ConfigurationStatusFields', configurationStatus),
    ...embedded('RouteStatusFields', routeStatus)
  })
)
export const configurationShape = kind(
  'v1.Configuration',
  struct('v1.ConfigurationSpec', configurationSpec),
  struct('v1.ConfigurationStatus', { ...duckStatus, ...embedded('ConfigurationStatusFields', configurationStatus) })
)
export const revisionShape = kind(
  'v1.Revision',
  revisionSpec,
  struct('v1.RevisionStatus', {
    ...duckStatus,
    logUrl: value(string),
    containerStatuses,
    initContainerStatuses: containerStatuses,
    ...pointers(int32, 'actualReplicas', 'desiredReplicas')
  })
)
export const routeShape = kind(
  'v1.Route',
  struct('v1.RouteSpec', routeSpec),
  struct('v1.RouteStatus', { ...duckStatus, ...embedded('RouteStatusFields', routeStatus) })
)

const reference = struct('v1.KReference', {
  kind: always(string),
  name: always(string),
  ...values(string, 'namespace', 'apiVersion', 'group'),
  address: pointer(string)
})

export const domainMappingShape = kind(
  'v1beta1.DomainMapping',
  struct('v1beta1.DomainMappingSpec', {
    ref: always(reference),
    tls: pointer(struct('v1beta1.SecretTLS', { secretName: always(string) }))
  }),
  struct('v1beta1.DomainMappingStatus', { ...duckStatus, url: value(string), address: pointer(address) })
)
