/** Defaults of pods and pod templates: `k8s.io/kubernetes/pkg/apis/core/v1/defaults.go`. All change their argument in place. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { sumOfQuantities } from '../quantity.ts'

/** Mode of files in ConfigMap, Secret, projected and downward-API volumes: 0644. */
const FILE_MODE = 0o644
const TOKEN_SECONDS = 3600

/** What pods and templates have in common. */
export function defaultPodSpec(spec: k8s.PodSpec): void {
  spec.restartPolicy ??= 'Always'
  spec.terminationGracePeriodSeconds ??= 30
  spec.dnsPolicy ??= 'ClusterFirst'
  spec.securityContext ??= {}
  spec.schedulerName ??= 'default-scheduler'
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) defaultContainer(container)
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container as k8s.Container)
  for (const volume of spec.volumes ?? []) defaultVolume(volume)
}

/** What only pods have: templates stay as open as their author left them. */
export function defaultPod(spec: k8s.PodSpec): void {
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) requestLimits(container)
  defaultPodRequests(spec)
  spec.enableServiceLinks ??= true
  if (spec.hostNetwork !== true) return
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])])
    for (const port of container.ports ?? []) port.hostPort ??= port.containerPort
}

/** Requests follow limits where only limits are given. */
function requestLimits({ resources }: k8s.Container): void {
  for (const [name, limit] of Object.entries(resources?.limits ?? {})) {
    if (resources === undefined) return
    resources.requests ??= {}
    resources.requests[name] ??= limit
  }
}

/** A pod as a whole that has limits asks for what its containers ask, or for its limits. */
function defaultPodRequests({ resources, containers }: k8s.PodSpec): void {
  if (resources?.limits === undefined || Object.keys(resources.limits).length === 0) return
  const requests = { ...resources.requests }
  for (const name of ['cpu', 'memory']) {
    const asked = (containers ?? []).flatMap((container) => container.resources?.requests?.[name] ?? [])
    if (requests[name] === undefined && asked.length > 0) requests[name] = sumOfQuantities(asked)
  }
  for (const [name, limit] of Object.entries(resources.limits))
    if (name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')) requests[name] ??= limit
  resources.requests = requests
}

function defaultContainer(container: k8s.Container): void {
  container.terminationMessagePath ??= '/dev/termination-log'
  container.terminationMessagePolicy ??= 'File'
  container.imagePullPolicy ??= pullPolicyOf(container.image ?? '')
  container.resources ??= {}
  for (const port of container.ports ?? []) port.protocol ??= 'TCP'
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef != null) valueFrom.fieldRef.apiVersion ??= 'v1'
    if (valueFrom?.resourceFieldRef != null) valueFrom.resourceFieldRef.divisor ??= '0'
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe != null) defaultProbe(probe)
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) if (hook?.httpGet != null) defaultHttpGet(hook.httpGet)
}

const REPOSITORY =
  /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::([\w][\w.-]{0,127}))?(@[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,})?$/

/** An image without tag and digest, or with tag `latest`, is pulled always; so is nothing that is no image's name. */
function pullPolicyOf(image: string): 'Always' | 'IfNotPresent' {
  const [name, tag, digest] = REPOSITORY.exec(image) ?? []
  if (name === undefined) return 'IfNotPresent'
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent'
}

function defaultProbe(probe: k8s.Probe): void {
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
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
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec
  if (claim != null) claim.volumeMode ??= 'Filesystem'
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
