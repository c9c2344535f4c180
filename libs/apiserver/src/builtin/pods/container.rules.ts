/** Rules of containers: `k8s.io/kubernetes/pkg/apis/core/validation`, in its order. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { duplicateValue, forbiddenField, invalidValue, notFoundValue, required, type Cause } from '../../http/errors.ts'
import { each, named, portNumber, requiredName, Seen, word } from '../checks.ts'
import { portNameProblems } from '../checks.ts'
import { labelProblems } from '../names.ts'
import { checkEnvironment, checkEnvironmentSources } from './env.rules.ts'
import { checkDevices, checkMounts, type Volumes } from './mount.rules.ts'
import { checkLifecycle, checkProbes } from './probe.rules.ts'
import { checkResources } from './resources.rules.ts'
import { checkContainerSecurity } from './security.rules.ts'

const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const NOT_INIT = 'may not be set for init containers without restartPolicy=Always'
const EPHEMERAL = 'cannot be set for an Ephemeral Container'
/** Members of a container that a debug container may not have, in the order of their struct. */
const NOT_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle'
] as const

/** What the rules of a container need to know of its pod. */
export interface PodContext {
  readonly volumes: Volumes
  readonly claims: ReadonlySet<string>
  readonly spec: k8s.PodSpec
}

/** The containers that run all the time. */
export function checkContainers(containers: readonly k8s.Container[] | undefined, field: string, pod: PodContext): Cause[] {
  if ((containers ?? []).length === 0) return [required(field)]
  const names = new Seen()
  const grace = pod.spec.terminationGracePeriodSeconds
  const causes = each(containers, field, (container, at) => [
    ...checkContainer(container, at, pod),
    ...names.again(`${at}.name`, container.name ?? ''),
    ...checkLifecycle(container.lifecycle, `${at}.lifecycle`, grace),
    ...checkProbes(container, at)
  ])
  return [...causes, ...checkHostPorts(containers ?? [], field)]
}

/** The containers that run first, or beside. */
export function checkInitContainers(containers: readonly k8s.Container[] | undefined, field: string, pod: PodContext): Cause[] {
  const names = new Seen()
  for (const { name } of pod.spec.containers ?? []) names.add(name ?? '')
  return each(containers, field, (container, at) => {
    const { name, restartPolicy, lifecycle } = container
    const causes = checkContainer(container, at, pod)
    if (name) causes.push(...names.again(`${at}.name`, name))
    else if (names.has('')) causes.push(duplicateValue(`${at}.name`, ''))
    causes.push(...checkHostPorts([container], field))
    if (restartPolicy === 'Always')
      return [
        ...causes,
        ...checkLifecycle(lifecycle, `${at}.lifecycle`, pod.spec.terminationGracePeriodSeconds),
        ...checkProbes(container, at)
      ]
    for (const member of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
      if (container[member] != null) causes.push(forbiddenField(`${at}.${member}`, NOT_INIT))
    return causes
  })
}

/** The containers that somebody adds to look at a running pod. */
export function checkEphemeralContainers(
  containers: readonly k8s.EphemeralContainer[] | undefined,
  field: string,
  pod: PodContext
): Cause[] {
  const others = new Set([...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])].map(({ name }) => name))
  const names = new Seen()
  for (const name of others) names.add(name)
  return each(containers, field, (container, at) => {
    const { name, targetContainerName: target } = container
    const causes = [...checkContainer(container, at, pod), ...checkImage(container, at), ...names.again(`${at}.name`, name ?? '')]
    if (target && !others.has(target)) causes.push(notFoundValue(`${at}.targetContainerName`, target))
    for (const member of NOT_EPHEMERAL) if (isSet(container[member])) causes.push(forbiddenField(`${at}.${member}`, EPHEMERAL))
    ;(container.volumeMounts ?? []).forEach(({ subPath, subPathExpr }, index) => {
      if (subPath) causes.push(forbiddenField(`${at}.volumeMounts[${index}].subPath`, EPHEMERAL))
      if (subPathExpr) causes.push(forbiddenField(`${at}.volumeMounts[${index}].subPathExpr`, EPHEMERAL))
    })
    return causes
  })
}

const isSet = (value: unknown) => value !== undefined && value !== null && Object.keys(value).length > 0

/** Images of pods have no blanks around them; those of templates may, for the sake of what fills them in later. */
export function checkImage({ image = '' }: k8s.Container | k8s.EphemeralContainer, field: string): Cause[] {
  return image === image.trim() ? [] : [invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace')]
}

function checkContainer(container: k8s.Container | k8s.EphemeralContainer, field: string, { volumes, claims, spec }: PodContext): Cause[] {
  const causes = requiredName(`${field}.name`, container.name, labelProblems)
  if (!container.image) causes.push(required(`${field}.image`))
  causes.push(
    ...word(`${field}.terminationMessagePolicy`, container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError']),
    ...checkPorts(container.ports, `${field}.ports`),
    ...checkEnvironment(container.env, `${field}.env`),
    ...checkEnvironmentSources(container.envFrom, `${field}.envFrom`),
    ...checkMounts(container, `${field}.volumeMounts`, volumes),
    ...checkDevices(container, `${field}.volumeDevices`, volumes),
    ...word(`${field}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...checkResources(container.resources, `${field}.resources`, claims),
    ...checkResizePolicy(container.resizePolicy, `${field}.resizePolicy`, spec.restartPolicy),
    ...checkContainerSecurity(container.securityContext, `${field}.securityContext`, spec.hostUsers !== false)
  )
  return causes
}

function checkPorts(ports: readonly k8s.ContainerPort[] | undefined, field: string): Cause[] {
  const names = new Seen()
  return each(ports, field, ({ name, containerPort, hostPort, protocol }, at) => {
    const causes = name ? named(`${at}.name`, name, portNameProblems) : []
    if (name && causes.length === 0) causes.push(...names.again(`${at}.name`, name))
    causes.push(...(containerPort ? portNumber(`${at}.containerPort`, containerPort) : [required(`${at}.containerPort`)]))
    if (hostPort) causes.push(...portNumber(`${at}.hostPort`, hostPort))
    return [...causes, ...word(`${at}.protocol`, protocol, PROTOCOLS)]
  })
}

function checkHostPorts(containers: readonly k8s.Container[], field: string): Cause[] {
  const taken = new Seen()
  return each(containers, field, ({ ports }, at) =>
    each(ports, `${at}.ports`, ({ hostPort, hostIP = '', protocol }, place) =>
      hostPort ? taken.again(`${place}.hostPort`, `${protocol}/${hostIP}/${hostPort}`) : []
    )
  )
}

function checkResizePolicy(
  policies: readonly k8s.ContainerResizePolicy[] | undefined,
  field: string,
  restart: string | undefined
): Cause[] {
  const seen = new Seen()
  return each(policies, field, ({ resourceName = '', restartPolicy = '' }, at) => {
    const causes = seen.again(at, resourceName)
    causes.push(...word(field, resourceName, ['cpu', 'memory']), ...word(field, restartPolicy, ['NotRequired', 'RestartContainer']))
    if (restart === 'Never' && restartPolicy !== 'NotRequired')
      causes.push(invalidValue(field, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"))
    return causes
  })
}
