/** Kubernetes' PodTemplateSpec and Job as Go types, with all that a pod may have: sources and sinks run whatever pods users want. */
import { container, localReference } from './container-shape.ts'
import { labelSelector } from './selector-shape.ts'
import { hostAlias, objectMeta, podSecurityContext, toleration } from './serving-shape.ts'
import {
  always,
  bool,
  embedded,
  int32,
  int64,
  list,
  map,
  opaque,
  pointer,
  pointers,
  quantity,
  string,
  struct,
  value,
  values,
  type Field
} from './shape.ts'
import { defaultMode, projection, volume } from './volume-shape.ts'

const anyContainer = struct('v1.Container', {
  ...container.fields,
  restartPolicyRules: value(list(opaque('v1.ContainerRestartRule')))
})

const anyProjection = struct('v1.VolumeProjection', {
  ...projection.fields,
  clusterTrustBundle: pointer(opaque('v1.ClusterTrustBundleProjection')),
  podCertificate: pointer(opaque('v1.PodCertificateProjection'))
})

/** Sources of volumes that are taken as they come. */
const plainSources = {
  gcePersistentDisk: 'GCEPersistentDisk',
  awsElasticBlockStore: 'AWSElasticBlockStore',
  gitRepo: 'GitRepo',
  nfs: 'NFS',
  iscsi: 'ISCSI',
  glusterfs: 'Glusterfs',
  rbd: 'RBD',
  flexVolume: 'Flex',
  cinder: 'Cinder',
  cephfs: 'CephFS',
  flocker: 'Flocker',
  downwardAPI: 'DownwardAPI',
  fc: 'FC',
  azureFile: 'AzureFile',
  vsphereVolume: 'VsphereVirtualDisk',
  quobyte: 'Quobyte',
  azureDisk: 'AzureDisk',
  photonPersistentDisk: 'PhotonPersistentDisk',
  portworxVolume: 'Portworx',
  scaleIO: 'ScaleIO',
  storageos: 'StorageOS'
}
const plain = (name: string): Field => pointer(opaque(`v1.${name}VolumeSource`))

const anyVolume = struct('v1.Volume', {
  ...volume.fields,
  ...embedded('VolumeSource', {
    ...Object.fromEntries(Object.entries(plainSources).map(([key, name]) => [key, plain(name)])),
    projected: pointer(struct('v1.ProjectedVolumeSource', { sources: always(list(anyProjection)), defaultMode }))
  })
})

const podSpec = struct('v1.PodSpec', {
  volumes: value(list(anyVolume)),
  initContainers: value(list(anyContainer)),
  containers: always(list(anyContainer)),
  ephemeralContainers: value(list(opaque('v1.EphemeralContainer'))),
  ...values(string, 'restartPolicy', 'dnsPolicy', 'serviceAccountName', 'serviceAccount', 'nodeName', 'hostname', 'subdomain'),
  ...values(string, 'schedulerName', 'priorityClassName'),
  ...pointers(int64, 'terminationGracePeriodSeconds', 'activeDeadlineSeconds'),
  nodeSelector: value(map(string)),
  ...values(bool, 'hostNetwork', 'hostPID', 'hostIPC'),
  ...pointers(bool, 'automountServiceAccountToken', 'shareProcessNamespace', 'enableServiceLinks', 'setHostnameAsFQDN', 'hostUsers'),
  securityContext: pointer(podSecurityContext),
  imagePullSecrets: value(list(localReference)),
  affinity: pointer(opaque('v1.Affinity')),
  tolerations: value(list(toleration)),
  hostAliases: value(list(hostAlias)),
  priority: pointer(int32),
  dnsConfig: pointer(opaque('v1.PodDNSConfig')),
  readinessGates: value(list(opaque('v1.PodReadinessGate'))),
  ...pointers(string, 'runtimeClassName', 'preemptionPolicy', 'hostnameOverride'),
  overhead: value(map(quantity, 'v1.ResourceList')),
  topologySpreadConstraints: value(list(opaque('v1.TopologySpreadConstraint'))),
  os: pointer(opaque('v1.PodOS')),
  schedulingGates: value(list(opaque('v1.PodSchedulingGate'))),
  resourceClaims: value(list(opaque('v1.PodResourceClaim'))),
  resources: pointer(opaque('v1.ResourceRequirements'))
})

/** What pods are made of. */
export const podTemplate = struct('v1.PodTemplateSpec', { metadata: value(objectMeta), spec: value(podSpec) })

const jobSpec = struct('v1.JobSpec', {
  ...pointers(int32, 'parallelism', 'completions', 'backoffLimit', 'backoffLimitPerIndex', 'maxFailedIndexes', 'ttlSecondsAfterFinished'),
  activeDeadlineSeconds: pointer(int64),
  podFailurePolicy: pointer(opaque('v1.PodFailurePolicy')),
  successPolicy: pointer(opaque('v1.SuccessPolicy')),
  selector: pointer(labelSelector),
  ...pointers(bool, 'manualSelector', 'suspend'),
  template: always(podTemplate),
  ...pointers(string, 'completionMode', 'podReplacementPolicy', 'managedBy')
})

/** batch/v1 Job. Its status is taken as it comes, and always written. */
export const job = struct('v1.Job', {
  ...values(string, 'apiVersion', 'kind'),
  metadata: value(objectMeta),
  spec: value(jobSpec),
  status: always(opaque('v1.JobStatus'))
})
