/** What one object uses of a quota, and which objects a quota is about. Rules: `k8s.io/kubernetes/pkg/quota/v1/evaluator/core`. */
import type { KubeObject } from '@knative-ts/api'
import type {
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  ResourceQuotaSpec,
  ScopedResourceSelectorRequirement,
  Service
} from '@knative-ts/api/kubernetes'
import { amountOf, type Amount, type Usage } from './amount.ts'
import { podResources } from './pod-resources.ts'

const one: Amount = amountOf('1')
/** Counted under their own name too, not only as `count/NAME`. */
const named = new Set(['configmaps', 'secrets', 'services', 'resourcequotas', 'replicationcontrollers', 'persistentvolumeclaims'])
const compute = ['cpu', 'memory', 'ephemeral-storage']

/** `storage` is the resource as the store names it: `/pods`, `apps/deployments`. */
export function usageOf(storage: string, object: KubeObject): Usage {
  const [group = '', plural = ''] = storage.split('/')
  const counted = {
    [`count/${group === '' ? plural : `${plural}.${group}`}`]: one,
    ...(group === '' && named.has(plural) ? { [plural]: one } : {})
  }
  if (storage === '/pods') return { ...counted, ...podUsage(object as Pod) }
  if (storage === '/services') return { ...counted, ...serviceUsage(object as Service) }
  if (storage === '/persistentvolumeclaims') {
    const { storage: size = '0' } = (object as PersistentVolumeClaim).spec?.resources?.requests ?? {}
    return { ...counted, 'requests.storage': amountOf(size) }
  }
  return counted
}

/** The storage name that a quota's resource is counted over. */
export function storageOfResource(resource: string): string {
  if (resource.startsWith('count/')) {
    const [plural = '', ...group] = resource.slice('count/'.length).split('.')
    return `${group.join('.')}/${plural}`
  }
  if (named.has(resource)) return `/${resource}`
  if (resource.startsWith('services.')) return '/services'
  return resource === 'requests.storage' ? '/persistentvolumeclaims' : '/pods'
}

/** Whether a quota with scopes is about the object: scopes are about pods only. */
export function isInScope(spec: ResourceQuotaSpec | undefined, storage: string, object: KubeObject): boolean {
  const plain = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists', values: [] }))
  const wanted = [...plain, ...(spec?.scopeSelector?.matchExpressions ?? [])]
  if (wanted.length === 0) return true
  return storage === '/pods' && wanted.every((requirement) => inScope(requirement, (object as Pod).spec))
}

/** What a pod must say for the quota to count it, and which containers do not: `cpu for: main`. */
export function unsaid(hard: readonly string[], spec: PodSpec | undefined): string[] {
  return hard
    .filter((name) => compute.includes(name.replace(/^(requests|limits)\./, '')))
    .sort()
    .flatMap((name) => {
      const part = name.startsWith('limits.') ? 'limits' : 'requests'
      const resource = name.replace(/^(requests|limits)\./, '')
      const silent = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].filter(
        ({ resources }) => resources?.[part]?.[resource] === undefined
      )
      return silent.length === 0 ? [] : [`${name} for: ${silent.map((container) => container.name).join(',')}`]
    })
}

function podUsage({ spec, status }: Pod): Usage {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return {}
  const usage: Record<string, Amount> = { pods: one }
  for (const [name, amount] of Object.entries(podResources(spec, 'requests'))) {
    usage[`requests.${name}`] = amount
    if (compute.includes(name)) usage[name] = amount
  }
  for (const [name, amount] of Object.entries(podResources(spec, 'limits'))) usage[`limits.${name}`] = amount
  return usage
}

function serviceUsage({ spec }: Service): Usage {
  const ports = BigInt((spec?.ports ?? []).length) * one.milli
  const balanced = spec?.type === 'LoadBalancer'
  const open = spec?.type === 'NodePort' || (balanced && spec?.allocateLoadBalancerNodePorts !== false)
  return {
    ...(balanced ? { 'services.loadbalancers': one } : {}),
    ...(open ? { 'services.nodeports': { milli: ports, binary: false } } : {})
  }
}

function inScope({ scopeName, operator, values = [] }: ScopedResourceSelectorRequirement, spec: PodSpec | undefined): boolean {
  const isBestEffort = Object.keys({ ...podResources(spec, 'requests'), ...podResources(spec, 'limits') }).every(
    (name) => name !== 'cpu' && name !== 'memory'
  )
  const hasDeadline = (spec?.activeDeadlineSeconds ?? -1) >= 0
  if (scopeName === 'Terminating') return hasDeadline
  if (scopeName === 'NotTerminating') return !hasDeadline
  if (scopeName === 'BestEffort') return isBestEffort
  if (scopeName === 'NotBestEffort') return !isBestEffort
  if (scopeName !== 'PriorityClass') return false
  const name = spec?.priorityClassName ?? ''
  if (operator === 'Exists') return name !== ''
  if (operator === 'DoesNotExist') return name === ''
  return values.includes(name) === (operator === 'In')
}
