/** Columns of the core kinds and of those that a Knative user meets. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { ageText } from './age.ts'
import { column, labelsText, NONE, type Printer } from './column.ts'

export const corePrinters: Readonly<Record<string, Printer>> = {
  '/services': (age) => [
    column<k8s.Service>('Type', ({ spec }) => spec?.type ?? ''),
    column<k8s.Service>('Cluster-IP', ({ spec }) => spec?.clusterIP || NONE),
    column<k8s.Service>('External-IP', externalAddress),
    column<k8s.Service>('Port(s)', servicePorts),
    age,
    column<k8s.Service>('Selector', ({ spec }) => labelsText(spec?.selector), { wide: true })
  ],
  '/configmaps': (age) => [
    column<k8s.ConfigMap>('Data', ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length),
    age
  ],
  '/secrets': (age) => [
    column<k8s.Secret>('Type', ({ type }) => type ?? ''),
    column<k8s.Secret>('Data', ({ data }) => Object.keys(data ?? {}).length),
    age
  ],
  '/serviceaccounts': (age) => [column<k8s.ServiceAccount>('Secrets', ({ secrets }) => (secrets ?? []).length), age],
  '/namespaces': (age) => [
    column<k8s.Namespace>('Status', ({ status }) => status?.phase ?? '', { description: 'The status of the namespace' }),
    age
  ],
  '/endpoints': (age) => [column<k8s.Endpoints>('Endpoints', endpointsText), age],
  '/nodes': (age) => [
    column<k8s.Node>('Status', nodeStatus, { description: 'The status of the node' }),
    column<k8s.Node>('Roles', nodeRoles, { description: 'The roles of the node' }),
    age,
    column<k8s.Node>('Version', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
    column<k8s.Node>('Internal-IP', (node) => addressOf(node, 'InternalIP'), { wide: true }),
    column<k8s.Node>('External-IP', (node) => addressOf(node, 'ExternalIP'), { wide: true }),
    column<k8s.Node>('OS-Image', ({ status }) => status?.nodeInfo?.osImage || '<unknown>', { wide: true }),
    column<k8s.Node>('Kernel-Version', ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>', { wide: true }),
    column<k8s.Node>('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>', { wide: true })
  ],
  '/events': () => [
    column<k8s.Event>('Last Seen', (event, now) =>
      ageText(event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp, now)
    ),
    column<k8s.Event>('Type', ({ type }) => type ?? ''),
    column<k8s.Event>('Reason', ({ reason }) => reason ?? ''),
    column<k8s.Event>('Object', ({ involvedObject: { kind = '', name = '' } }) =>
      name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()
    ),
    column<k8s.Event>('Subobject', ({ involvedObject }) => involvedObject.fieldPath ?? '', { wide: true }),
    column<k8s.Event>(
      'Source',
      ({ source, reportingComponent }) => [source?.component || reportingComponent, source?.host].filter(Boolean).join(', '),
      { wide: true }
    ),
    column<k8s.Event>('Message', ({ message }) => message?.trim() ?? ''),
    column<k8s.Event>('First Seen', (event, now) => ageText(event.firstTimestamp ?? event.eventTime, now), { wide: true }),
    column<k8s.Event>('Count', ({ count, series }) => series?.count ?? (count || 1), { wide: true }),
    column<k8s.Event>('Name', ({ metadata }) => metadata.name ?? '', { wide: true })
  ],
  'discovery.k8s.io/endpointslices': (age) => [
    column<k8s.EndpointSlice>('AddressType', ({ addressType }) => addressType),
    column<k8s.EndpointSlice>('Ports', ({ ports }) =>
      few(
        (ports ?? []).map(({ port, name }) => String(port ?? name ?? '')),
        '<unset>'
      )
    ),
    column<k8s.EndpointSlice>('Endpoints', ({ endpoints }) =>
      few(
        (endpoints ?? []).flatMap(({ addresses }) => addresses),
        '<unset>'
      )
    ),
    age
  ],
  'coordination.k8s.io/leases': (age) => [column<k8s.Lease>('Holder', ({ spec }) => spec?.holderIdentity ?? ''), age],
  'rbac.authorization.k8s.io/roles': createdAt,
  'rbac.authorization.k8s.io/clusterroles': createdAt,
  'rbac.authorization.k8s.io/rolebindings': bindings,
  'rbac.authorization.k8s.io/clusterrolebindings': bindings,
  'apiextensions.k8s.io/customresourcedefinitions': () => [
    column<k8s.CustomResourceDefinition>('Created At', ({ metadata }) => metadata.creationTimestamp ?? '', {
      type: 'date',
      description: 'CreationTimestamp'
    })
  ],
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': webhooks,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': webhooks,
  'networking.k8s.io/ingresses': (age) => [
    column<k8s.Ingress>('Class', ({ spec }) => spec?.ingressClassName ?? NONE),
    column<k8s.Ingress>('Hosts', ({ spec }) =>
      few(
        (spec?.rules ?? []).map(({ host }) => host || '*'),
        '*'
      )
    ),
    column<k8s.Ingress>('Address', ({ status }) =>
      (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').join(',')
    ),
    column<k8s.Ingress>('Ports', ({ spec }) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80')),
    age
  ],
  'policy/poddisruptionbudgets': (age) => [
    column<k8s.PodDisruptionBudget>('Min Available', ({ spec }) => String(spec?.minAvailable ?? 'N/A')),
    column<k8s.PodDisruptionBudget>('Max Unavailable', ({ spec }) => String(spec?.maxUnavailable ?? 'N/A')),
    column<k8s.PodDisruptionBudget>('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed ?? 0, { type: 'integer' }),
    age
  ]
}

function createdAt(): ReturnType<Printer> {
  return [column<k8s.Role>('Created At', ({ metadata }) => metadata.creationTimestamp ?? '', { type: 'date' })]
}

function bindings(age: Parameters<Printer>[0]): ReturnType<Printer> {
  const subjects = (kind: string) => (binding: k8s.RoleBinding) =>
    (binding.subjects ?? [])
      .filter((one) => one.kind === kind)
      .map(({ namespace, name }) => (namespace ? `${namespace}/${name}` : name))
      .join(', ')
  return [
    column<k8s.RoleBinding>('Role', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
    age,
    column<k8s.RoleBinding>('Users', subjects('User'), { wide: true }),
    column<k8s.RoleBinding>('Groups', subjects('Group'), { wide: true }),
    column<k8s.RoleBinding>('ServiceAccounts', subjects('ServiceAccount'), { wide: true })
  ]
}

function webhooks(age: Parameters<Printer>[0]): ReturnType<Printer> {
  return [column<k8s.MutatingWebhookConfiguration>('Webhooks', ({ webhooks: hooks }) => (hooks ?? []).length, { type: 'integer' }), age]
}

function externalAddress({ spec, status }: k8s.Service): string {
  if (spec?.type === 'ExternalName') return spec.externalName ?? ''
  const external = spec?.externalIPs ?? []
  if (spec?.type !== 'LoadBalancer') return external.join(',') || NONE
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '')
  return [...ingress, ...external].join(',') || '<pending>'
}

const servicePorts = ({ spec }: k8s.Service) =>
  (spec?.ports ?? [])
    .map(({ port, nodePort, protocol = 'TCP' }) => (nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`))
    .join(',') || NONE

const endpointsText = ({ subsets }: k8s.Endpoints) =>
  few(
    (subsets ?? []).flatMap(({ addresses, ports }) =>
      (addresses ?? []).flatMap(({ ip }) => (ports ?? []).map(({ port }) => `${ip}:${port}`))
    ),
    NONE
  )

function nodeStatus({ spec, status }: k8s.Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return spec?.unschedulable === true ? `${word},SchedulingDisabled` : word
}

const nodeRoles = ({ metadata }: k8s.Node) =>
  Object.keys(metadata.labels ?? {})
    .flatMap((key) => /^node-role\.kubernetes\.io\/(.+)$/.exec(key)?.[1] ?? [])
    .sort()
    .join(',') || NONE

const addressOf = ({ status }: k8s.Node, type: string) => status?.addresses?.find((one) => one.type === type)?.address ?? NONE

/** At most three, then how many more. */
function few(items: readonly string[], none: string): string {
  if (items.length === 0) return none
  return items.length <= 3 ? items.join(',') : `${items.slice(0, 3).join(',')} + ${items.length - 3} more...`
}
