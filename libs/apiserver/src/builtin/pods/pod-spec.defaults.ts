/** Defaults of pods and pod templates: `k8s.io/kubernetes/pkg/apis/core/v1/defaults.go`. All change their argument in place. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { canonicalQuantities } from '../quantity.ts'

/** Mode of files in ConfigMap, Secret, projected and downward-API volumes: 0644. */
const FILE_MODE = 0o644
const TOKEN_SECONDS = 3600

export function defaultPodSpec(spec: k8s.PodSpec): void {
  spec.restartPolicy ??= 'Always'
  spec.terminationGracePeriodSeconds ??= 30
  spec.dnsPolicy ??= 'ClusterFirst'
  spec.securityContext ??= {}
  spec.schedulerName ??= 'default-scheduler'
  if (spec.hostNetwork === true) defaultHostPorts(spec)
  for (const container of spec.initContainers ?? []) defaultContainer(container)
  for (const container of spec.containers ?? []) defaultContainer(container)
  for (const volume of spec.volumes ?? []) defaultVolume(volume)
  canonicalQuantities(spec.overhead)
}

function defaultHostPorts(spec: k8s.PodSpec): void {
  for (const container of spec.containers ?? []) for (const port of container.ports ?? []) port.hostPort ??= port.containerPort
}

function defaultContainer(container: k8s.Container): void {
  container.terminationMessagePath ??= '/dev/termination-log'
  container.terminationMessagePolicy ??= 'File'
  container.imagePullPolicy ??= pullPolicyOf(container.image ?? '')
  container.resources ??= {}
  defaultResources(container.resources)
  for (const port of container.ports ?? []) port.protocol ??= 'TCP'
  for (const variable of container.env ?? [])
    if (variable.valueFrom?.fieldRef !== undefined) variable.valueFrom.fieldRef.apiVersion ??= 'v1'
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe != null) defaultProbe(probe)
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) if (hook?.httpGet != null) defaultHttpGet(hook.httpGet)
}

/** Requests follow limits where only limits are given. */
function defaultResources(resources: k8s.ResourceRequirements): void {
  canonicalQuantities(resources.limits)
  canonicalQuantities(resources.requests)
  for (const [name, limit] of Object.entries(resources.limits ?? {})) {
    resources.requests ??= {}
    resources.requests[name] ??= limit
  }
}

/** An image without tag or digest, or with tag `latest`, is pulled always. */
export function pullPolicyOf(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@')) return 'IfNotPresent'
  const tag = /:([^/:]+)$/.exec(image)?.[1] ?? 'latest'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}

function defaultProbe(probe: k8s.Probe): void {
  probe.timeoutSeconds ??= 1
  probe.periodSeconds ??= 10
  probe.successThreshold ??= 1
  probe.failureThreshold ??= 3
  if (probe.timeoutSeconds === 0) probe.timeoutSeconds = 1
  if (probe.periodSeconds === 0) probe.periodSeconds = 10
  if (probe.successThreshold === 0) probe.successThreshold = 1
  if (probe.failureThreshold === 0) probe.failureThreshold = 3
  if (probe.httpGet != null) defaultHttpGet(probe.httpGet)
  if (probe.grpc != null) probe.grpc.service ??= ''
}

function defaultHttpGet(action: k8s.HTTPGetAction): void {
  if (!action.path) action.path = '/'
  action.scheme ??= 'HTTP'
}

function defaultVolume(volume: k8s.Volume): void {
  if (Object.keys(volume).length === 1) volume.emptyDir = {}
  if (volume.configMap != null) volume.configMap.defaultMode ??= FILE_MODE
  if (volume.secret != null) volume.secret.defaultMode ??= FILE_MODE
  if (volume.downwardAPI != null) {
    volume.downwardAPI.defaultMode ??= FILE_MODE
    defaultFiles(volume.downwardAPI.items)
  }
  if (volume.hostPath != null) volume.hostPath.type ??= ''
  if (volume.projected == null) return
  volume.projected.defaultMode ??= FILE_MODE
  for (const source of volume.projected.sources ?? []) {
    if (source.serviceAccountToken != null) source.serviceAccountToken.expirationSeconds ??= TOKEN_SECONDS
    defaultFiles(source.downwardAPI?.items)
  }
}

function defaultFiles(items: readonly k8s.DownwardAPIVolumeFile[] | undefined): void {
  for (const item of items ?? []) if (item.fieldRef != null) item.fieldRef.apiVersion ??= 'v1'
}
