/** Rules of pods and pod templates: the parts of `k8s.io/kubernetes/pkg/apis/core/validation` that a node agent relies on. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, forbiddenField, invalidValue, required, unsupportedValue, type Cause } from '../../http/errors.ts'
import { labelProblems } from '../names.ts'
import { checkLabels } from '../metadata.rules.ts'
import { checkResources } from './resources.rules.ts'
import { checkProbe } from './probe.rules.ts'
import { checkVolumes } from './volume.rules.ts'

/** `field` is the path of the spec, such as `spec` or `spec.template.spec`. */
export function checkPodSpec(spec: k8s.PodSpec, field: string): Cause[] {
  const volumes = new Set((spec.volumes ?? []).map((volume) => volume.name))
  const causes = checkVolumes(spec.volumes ?? [], `${field}.volumes`)
  if ((spec.containers ?? []).length === 0) causes.push(required(`${field}.containers`))
  const names = new Set<string>()
  const each = (containers: readonly k8s.Container[] | undefined, at: string, init: boolean) =>
    (containers ?? []).forEach((container, index) => {
      const path = `${at}[${index}]`
      causes.push(...checkContainer(container, path, volumes, init))
      if (names.has(container.name)) causes.push(duplicateValue(`${path}.name`, container.name))
      names.add(container.name)
    })
  each(spec.containers, `${field}.containers`, false)
  each(spec.initContainers, `${field}.initContainers`, true)
  causes.push(...oneOf(`${field}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']))
  causes.push(...oneOf(`${field}.dnsPolicy`, spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']))
  if (spec.dnsPolicy === 'None' && (spec.dnsConfig?.nameservers ?? []).length === 0) {
    causes.push(required(`${field}.dnsConfig.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'))
  }
  causes.push(...checkLabels(spec.nodeSelector, `${field}.nodeSelector`))
  const grace = spec.terminationGracePeriodSeconds
  if (grace !== undefined && grace < 0) {
    causes.push(invalidValue(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than or equal to 0'))
  }
  return causes
}

function checkContainer(container: k8s.Container, field: string, volumes: ReadonlySet<string>, init: boolean): Cause[] {
  const causes: Cause[] = []
  if (!container.name) causes.push(required(`${field}.name`))
  else for (const problem of labelProblems(container.name)) causes.push(invalidValue(`${field}.name`, container.name, problem))
  if (!container.image) causes.push(required(`${field}.image`))
  else if (container.image !== container.image.trim()) {
    causes.push(invalidValue(`${field}.image`, container.image, 'must not have leading or trailing whitespace'))
  }
  causes.push(...checkPorts(container.ports ?? [], `${field}.ports`))
  ;(container.env ?? []).forEach((variable, index) => {
    if (!variable.name) causes.push(required(`${field}.env[${index}].name`))
    if (variable.valueFrom != null && variable.value) {
      causes.push(invalidValue(`${field}.env[${index}].valueFrom`, '', 'may not be specified when `value` is not empty'))
    }
  })
  causes.push(...checkMounts(container.volumeMounts ?? [], `${field}.volumeMounts`, volumes))
  if (!init || container.restartPolicy === 'Always') {
    causes.push(...checkProbe(container.livenessProbe, `${field}.livenessProbe`, true))
    causes.push(...checkProbe(container.readinessProbe, `${field}.readinessProbe`, false))
    causes.push(...checkProbe(container.startupProbe, `${field}.startupProbe`, true))
  } else {
    for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (container[probe] != null)
        causes.push(forbiddenField(`${field}.${probe}`, 'may not be set for init containers without restartPolicy=Always'))
    }
  }
  causes.push(...oneOf(`${field}.terminationMessagePolicy`, container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError']))
  causes.push(...oneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']))
  causes.push(...checkResources(container.resources, `${field}.resources`))
  return causes
}

function checkPorts(ports: readonly k8s.ContainerPort[], field: string): Cause[] {
  const causes: Cause[] = []
  const names = new Set<string>()
  ports.forEach((port, index) => {
    const at = `${field}[${index}]`
    if (port.name !== undefined && port.name !== '') {
      for (const problem of portNameProblems(port.name)) causes.push(invalidValue(`${at}.name`, port.name, problem))
      if (names.has(port.name)) causes.push(duplicateValue(`${at}.name`, port.name))
      names.add(port.name)
    }
    if (!port.containerPort) causes.push(required(`${at}.containerPort`))
    else if (port.containerPort < 1 || port.containerPort > 65_535) {
      causes.push(invalidValue(`${at}.containerPort`, port.containerPort, 'must be between 1 and 65535, inclusive'))
    }
    if (port.hostPort !== undefined && port.hostPort !== 0 && (port.hostPort < 1 || port.hostPort > 65_535)) {
      causes.push(invalidValue(`${at}.hostPort`, port.hostPort, 'must be between 1 and 65535, inclusive'))
    }
    causes.push(...oneOf(`${at}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']))
  })
  return causes
}

/** IANA service name: names of container and Service target ports. */
export function portNameProblems(name: string): string[] {
  const problems: string[] = []
  if (name.length > 15) problems.push('must be no more than 15 characters')
  if (!/^[a-z0-9-]+$/.test(name)) problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  else if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)')
  if (name.includes('--')) problems.push('must not contain consecutive hyphens')
  if (name.startsWith('-') || name.endsWith('-')) problems.push('must not begin or end with a hyphen')
  return problems
}

function checkMounts(mounts: readonly k8s.VolumeMount[], field: string, volumes: ReadonlySet<string>): Cause[] {
  const causes: Cause[] = []
  const paths = new Set<string>()
  mounts.forEach((mount, index) => {
    const at = `${field}[${index}]`
    if (!mount.name) causes.push(required(`${at}.name`))
    else if (!volumes.has(mount.name)) {
      causes.push({ reason: 'FieldValueNotFound', message: `Not found: ${JSON.stringify(mount.name)}`, field: `${at}.name` })
    }
    if (!mount.mountPath) causes.push(required(`${at}.mountPath`))
    if (paths.has(mount.mountPath)) causes.push(invalidValue(`${at}.mountPath`, mount.mountPath, 'must be unique'))
    paths.add(mount.mountPath)
  })
  return causes
}

const oneOf = (field: string, value: string | undefined, supported: readonly string[]): Cause[] =>
  value === undefined || supported.includes(value) ? [] : [unsupportedValue(field, value, supported)]
