/** Texts in cells of core kinds. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { NONE } from './cell.ts'

/** Used of hard, by resource; limits have a column of their own. */
export const quotaText = ({ status }: k8s.ResourceQuota, limits: boolean) =>
  Object.entries(status?.hard ?? {})
    .filter(([name]) => name.startsWith('limits.') === limits)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${status?.used?.[name] ?? 0}/${hard}`)
    .join(', ')

export function externalAddress({ spec, status }: k8s.Service): string {
  if (spec?.type === 'ExternalName') return spec.externalName ?? ''
  const external = spec?.externalIPs ?? []
  if (spec?.type !== 'LoadBalancer') return external.join(',') || NONE
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '')
  return [...ingress, ...external].join(',') || '<pending>'
}

export const servicePorts = ({ spec }: k8s.Service) =>
  (spec?.ports ?? [])
    .map(({ port, nodePort, protocol = 'TCP' }) => (nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`))
    .join(',') || NONE

export const endpointsText = ({ subsets }: k8s.Endpoints) =>
  few(
    (subsets ?? []).flatMap(({ addresses, ports }) =>
      (ports ?? []).length === 0
        ? (addresses ?? []).map(({ ip }) => ip)
        : (ports ?? []).flatMap(({ port }) => (addresses ?? []).map(({ ip }) => `${ip}:${port}`))
    ),
    NONE
  )

export function nodeStatus({ spec, status }: k8s.Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return spec?.unschedulable === true ? `${word},SchedulingDisabled` : word
}

export const nodeRoles = ({ metadata }: k8s.Node) =>
  Object.keys(metadata.labels ?? {})
    .flatMap((key) => /^node-role\.kubernetes\.io\/(.+)$/.exec(key)?.[1] ?? [])
    .sort()
    .join(',') || NONE

export const addressOf = ({ status }: k8s.Node, type: string) => status?.addresses?.find((one) => one.type === type)?.address ?? NONE

/** At most three, then how many more. */
export function few(items: readonly string[], none: string): string {
  if (items.length === 0) return none
  return items.length <= 3 ? items.join(',') : `${items.slice(0, 3).join(',')} + ${items.length - 3} more...`
}
