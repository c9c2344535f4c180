/** Columns of the core kinds and of those that a Knative user meets. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { cell, labelsText, NONE, selectorText, type Printer } from './cell.ts'
import { quotaText, externalAddress, servicePorts, endpointsText, nodeStatus, nodeRoles, addressOf, few } from './core-texts.ts'
import { eventCells } from './event-cells.ts'

const subjects = (kind: string) =>
  cell<k8s.RoleBinding>((binding) =>
    (binding.subjects ?? [])
      .filter((one) => one.kind === kind)
      .map(({ namespace, name }) => (namespace ? `${namespace}/${name}` : name))
      .join(', ')
  )

const bindings: Printer = {
  Role: cell<k8s.RoleBinding>(({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  Users: subjects('User'),
  Groups: subjects('Group'),
  ServiceAccounts: subjects('ServiceAccount')
}

const webhooks: Printer = { Webhooks: cell<k8s.MutatingWebhookConfiguration>((configuration) => (configuration.webhooks ?? []).length) }

export const corePrinters: Readonly<Record<string, Printer>> = {
  '/services': {
    Type: cell<k8s.Service>(({ spec }) => spec?.type ?? ''),
    'Cluster-IP': cell<k8s.Service>(({ spec }) => spec?.clusterIP || NONE),
    'External-IP': cell<k8s.Service>(externalAddress),
    'Port(s)': cell<k8s.Service>(servicePorts),
    Selector: cell<k8s.Service>(({ spec }) => labelsText(spec?.selector))
  },
  '/configmaps': {
    Data: cell<k8s.ConfigMap>(({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length)
  },
  '/secrets': {
    Type: cell<k8s.Secret>(({ type }) => type ?? ''),
    Data: cell<k8s.Secret>(({ data }) => Object.keys(data ?? {}).length)
  },
  '/serviceaccounts': { Secrets: cell<k8s.ServiceAccount>(({ secrets }) => (secrets ?? []).length) },
  '/namespaces': {
    Status: cell<k8s.Namespace>(({ status }) => status?.phase ?? '')
  },
  '/endpoints': { Endpoints: cell<k8s.Endpoints>(endpointsText) },
  '/nodes': {
    Status: cell<k8s.Node>(nodeStatus),
    Roles: cell<k8s.Node>(nodeRoles),
    Version: cell<k8s.Node>(({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
    'Internal-IP': cell<k8s.Node>((node) => addressOf(node, 'InternalIP')),
    'External-IP': cell<k8s.Node>((node) => addressOf(node, 'ExternalIP')),
    'OS-Image': cell<k8s.Node>(({ status }) => status?.nodeInfo?.osImage || '<unknown>'),
    'Kernel-Version': cell<k8s.Node>(({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>'),
    'Container-Runtime': cell<k8s.Node>(({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>')
  },
  '/events': eventCells,
  'discovery.k8s.io/endpointslices': {
    AddressType: cell<k8s.EndpointSlice>(({ addressType }) => addressType),
    Ports: cell<k8s.EndpointSlice>(({ ports }) =>
      few(
        (ports ?? []).map(({ port, name }) => String(port ?? name ?? '')),
        '<unset>'
      )
    ),
    Endpoints: cell<k8s.EndpointSlice>(({ endpoints }) =>
      few(
        (endpoints ?? []).flatMap(({ addresses }) => addresses),
        '<unset>'
      )
    )
  },
  'coordination.k8s.io/leases': { Holder: cell<k8s.Lease>(({ spec }) => spec?.holderIdentity ?? '') },
  'rbac.authorization.k8s.io/rolebindings': bindings,
  'rbac.authorization.k8s.io/clusterrolebindings': bindings,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': webhooks,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': webhooks,
  'networking.k8s.io/ingresses': {
    Class: cell<k8s.Ingress>(({ spec }) => spec?.ingressClassName ?? NONE),
    Hosts: cell<k8s.Ingress>(({ spec }) =>
      few(
        (spec?.rules ?? []).map(({ host }) => host || '*'),
        '*'
      )
    ),
    Address: cell<k8s.Ingress>(({ status }) =>
      (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').join(',')
    ),
    Ports: cell<k8s.Ingress>(({ spec }) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80'))
  },
  'networking.k8s.io/ingressclasses': {
    Controller: cell<k8s.IngressClass>(({ spec }) => spec?.controller ?? ''),
    Parameters: cell<k8s.IngressClass>(({ spec }) => {
      const { kind, apiGroup, name } = spec?.parameters ?? {}
      return kind === undefined ? NONE : `${kind}${apiGroup == null ? '' : `.${apiGroup}`}/${name}`
    })
  },
  'networking.k8s.io/networkpolicies': {
    'Pod-Selector': cell<k8s.NetworkPolicy>(({ spec }) => selectorText(spec?.podSelector))
  },
  'scheduling.k8s.io/priorityclasses': {
    Value: cell<k8s.PriorityClass>(({ value }) => value),
    'Global-Default': cell<k8s.PriorityClass>(({ globalDefault }) => globalDefault ?? false),
    PreemptionPolicy: cell<k8s.PriorityClass>(({ preemptionPolicy }) => preemptionPolicy ?? '')
  },
  'node.k8s.io/runtimeclasses': { Handler: cell<k8s.RuntimeClass>(({ handler }) => handler) },
  '/resourcequotas': {
    Request: cell<k8s.ResourceQuota>((quota) => quotaText(quota, false)),
    Limit: cell<k8s.ResourceQuota>((quota) => quotaText(quota, true))
  },
  'policy/poddisruptionbudgets': {
    'Min Available': cell<k8s.PodDisruptionBudget>(({ spec }) => String(spec?.minAvailable ?? 'N/A')),
    'Max Unavailable': cell<k8s.PodDisruptionBudget>(({ spec }) => String(spec?.maxUnavailable ?? 'N/A')),
    'Allowed Disruptions': cell<k8s.PodDisruptionBudget>(({ status }) => status?.disruptionsAllowed ?? 0)
  }
}
