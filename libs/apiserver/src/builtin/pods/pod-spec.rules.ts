/** Rules of pods and pod templates: `k8s.io/kubernetes/pkg/apis/core/validation`, in its order. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, unsupportedValue, type Cause } from '../../http/errors.ts'
import { addressProblems } from '../addresses.ts'
import { each, label, named, outside, requiredName, Seen, subdomain, word } from '../checks.ts'
import { checkLabels } from '../metadata.rules.ts'
import { labelKeyProblems, labelProblems, subdomainProblems, underscoredProblems } from '../names.ts'
import { checkContainers, checkEphemeralContainers, checkInitContainers, type PodContext } from './container.rules.ts'
import { checkNodeAffinity } from './node-affinity.rules.ts'
import { checkPodResources, checkResources } from './resources.rules.ts'
import { checkPodAffinity, checkTolerations, checkTopologySpread } from './scheduling.rules.ts'
import { checkHostUsers, checkPodSecurity } from './security.rules.ts'
import { checkVolumes } from './volume.rules.ts'

const LONGEST_SECONDS = 2 ** 31 - 1
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const MOST_NAMESERVERS = 3
const MOST_SEARCHES = 32
const LONGEST_SEARCHES = 2048

/** `field` is the path of the spec, such as `spec` or `spec.template.spec`; `pod` the name of the pod, when it is no template. */
export function checkPodSpec(spec: k8s.PodSpec, field: string, pod?: string): Cause[] {
  const at = (name: string) => `${field}.${name}`
  const volumes = checkVolumes(spec.volumes, at('volumes'), pod)
  const claims = new Set((spec.resourceClaims ?? []).flatMap(({ name }) => (name ? [name] : [])))
  const context: PodContext = { volumes: volumes.valid, claims, spec }
  return [
    ...(spec.terminationGracePeriodSeconds == null ? [required(at('terminationGracePeriodSeconds'))] : []),
    ...volumes.causes,
    ...checkResourceClaims(spec.resourceClaims, at('resourceClaims')),
    ...checkContainers(spec.containers, at('containers'), context),
    ...checkInitContainers(spec.initContainers, at('initContainers'), context),
    ...checkEphemeralContainers(spec.ephemeralContainers, at('ephemeralContainers'), context),
    ...checkPodResources(spec, claims, at('resources')),
    ...checkHostNetworkPorts(spec, at('containers'), pod !== undefined),
    ...word(at('restartPolicy'), spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...word(at('dnsPolicy'), spec.dnsPolicy, DNS_POLICIES),
    ...checkLabels(spec.nodeSelector, at('nodeSelector')),
    ...checkPodSecurity(spec, at('securityContext')),
    ...checkNodeAffinity(spec.affinity?.nodeAffinity, at('affinity.nodeAffinity')),
    ...checkPodAffinity(spec.affinity?.podAffinity, at('affinity.podAffinity')),
    ...checkPodAffinity(spec.affinity?.podAntiAffinity, at('affinity.podAntiAffinity')),
    ...checkDns(spec, at('dnsConfig')),
    ...each(spec.readinessGates, at('readinessGates'), ({ conditionType = '' }, place) =>
      named(`${place}.conditionType`, conditionType, labelKeyProblems)
    ),
    ...checkSchedulingGates(spec.schedulingGates, at('schedulingGates')),
    ...checkTopologySpread(spec.topologySpreadConstraints, at('topologySpreadConstraints')),
    ...checkHostUsers(spec, field),
    ...checkNames(spec, at),
    ...checkTolerations(spec.tolerations, at('tolerations')),
    ...each(spec.hostAliases, at('hostAliases'), ({ ip = '', hostnames }, place) => [
      ...named(`${place}.ip`, ip, addressProblems),
      ...each(hostnames, `${place}.hostnames`, (name, which) => subdomain(which, name))
    ]),
    ...(spec.priorityClassName ? subdomain(at('priorityClassName'), spec.priorityClassName) : []),
    ...(spec.runtimeClassName == null ? [] : subdomain(at('runtimeClassName'), spec.runtimeClassName)),
    ...(spec.preemptionPolicy == null ? [] : word(at('preemptionPolicy'), spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'])),
    ...(spec.overhead == null ? [] : checkResources({ limits: spec.overhead }, at('overhead'))),
    ...checkSystem(spec.os, at('os'))
  ]
}

function checkNames(spec: k8s.PodSpec, at: (name: string) => string): Cause[] {
  const causes: Cause[] = []
  if (spec.serviceAccountName) causes.push(...subdomain(at('serviceAccountName'), spec.serviceAccountName))
  if (spec.nodeName) causes.push(...subdomain(at('nodeName'), spec.nodeName))
  const seconds = spec.activeDeadlineSeconds
  if (seconds != null && (seconds < 1 || seconds > LONGEST_SECONDS))
    causes.push(invalidValue(at('activeDeadlineSeconds'), seconds, outside(1, LONGEST_SECONDS)))
  if (spec.hostname) causes.push(...label(at('hostname'), spec.hostname))
  if (spec.subdomain) causes.push(...label(at('subdomain'), spec.subdomain))
  return causes
}

function checkResourceClaims(claims: readonly k8s.PodResourceClaim[] | undefined, field: string): Cause[] {
  const names = new Seen()
  return each(claims, field, ({ name = '', resourceClaimName, resourceClaimTemplateName }, at) => {
    const again = name === '' ? [] : names.again(`${at}.name`, name)
    const causes = again.length > 0 ? again : requiredName(`${at}.name`, name, labelProblems)
    const shown = { Name: name, ResourceClaimName: resourceClaimName ?? null, ResourceClaimTemplateName: resourceClaimTemplateName ?? null }
    if (resourceClaimName != null && resourceClaimTemplateName != null)
      causes.push(invalidValue(at, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'))
    if (resourceClaimName == null && resourceClaimTemplateName == null)
      causes.push(invalidValue(at, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'))
    if (resourceClaimName != null) causes.push(...named(`${at}.resourceClaimName`, resourceClaimName, subdomainProblems))
    if (resourceClaimTemplateName != null)
      causes.push(...named(`${at}.resourceClaimTemplateName`, resourceClaimTemplateName, subdomainProblems))
    return causes
  })
}

// A template may leave a host port open: it gets one when a pod is made of it.
function checkHostNetworkPorts(spec: k8s.PodSpec, field: string, isPod: boolean): Cause[] {
  if (spec.hostNetwork !== true) return []
  return each(spec.containers, field, ({ ports }, at) =>
    each(ports, `${at}.ports`, ({ hostPort = 0, containerPort = 0 }, place) =>
      (isPod || hostPort !== 0) && hostPort !== containerPort
        ? [invalidValue(`${place}.hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true')]
        : []
    )
  )
}

function checkDns({ dnsPolicy, dnsConfig }: k8s.PodSpec, field: string): Cause[] {
  const servers = dnsConfig?.nameservers ?? []
  const searches = dnsConfig?.searches ?? []
  if (dnsPolicy === 'None' && dnsConfig == null) return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  if (dnsPolicy === 'None' && servers.length === 0)
    return [required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
  const causes: Cause[] = []
  if (servers.length > MOST_NAMESERVERS)
    causes.push(invalidValue(`${field}.nameservers`, servers, `must not have more than ${MOST_NAMESERVERS} nameservers`))
  causes.push(...each(servers, `${field}.nameservers`, (server, at) => named(at, server, addressProblems)))
  if (searches.length > MOST_SEARCHES)
    causes.push(invalidValue(`${field}.searches`, searches, `must not have more than ${MOST_SEARCHES} search paths`))
  if (searches.join(' ').length > LONGEST_SEARCHES) {
    const why = `must not have more than ${LONGEST_SEARCHES} characters (including spaces) in the search list`
    causes.push(invalidValue(`${field}.searches`, searches, why))
  }
  causes.push(
    ...each(searches, `${field}.searches`, (search, at) =>
      search === '.' ? [] : named(at, search.replace(/\.$/, ''), underscoredProblems)
    )
  )
  return [...causes, ...each(dnsConfig?.options, `${field}.options`, ({ name }, at) => (name ? [] : [required(at, 'must not be empty')]))]
}

function checkSchedulingGates(gates: readonly k8s.PodSchedulingGate[] | undefined, field: string): Cause[] {
  const names = new Seen()
  return each(gates, field, ({ name = '' }, at) => [...named(at, name, labelKeyProblems), ...names.again(at, name)])
}

function checkSystem(os: k8s.PodOS | undefined | null, field: string): Cause[] {
  if (os === undefined || os === null) return []
  if (!os.name) return [required(`${field}.name`)]
  return os.name === 'linux' || os.name === 'windows' ? [] : [unsupportedValue(field, os.name, ['linux', 'windows'])]
}
