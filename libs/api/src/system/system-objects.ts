/** Everything that an installation consists of, built once: standalone applies it, the chart is rendered from it. */
import type { KubeObject } from '../object.ts'
import { configMapsOf } from './config-maps.ts'
import { eventingConfigMaps } from './eventing-config-maps.ts'
import { eventingWebhookConfigurations } from './eventing-webhook-configurations.ts'
import { parts, systemNamespace, type PartName } from './parts.ts'
import { controllerAdmin } from './rbac/controller-admin.ts'
import { eventingAggregates } from './rbac/eventing-aggregates.ts'
import { rbacOfRole } from './rbac/rbac-of-role.ts'
import { userRolesOf } from './rbac/user-roles.ts'
import { servicesOfRole } from './services-of-role.ts'
import { systemLabels, type SystemOptions } from './system-options.ts'
import { webhookConfigurationsOf } from './webhook-configurations.ts'
import { workloadOfRole } from './workload-of-role.ts'

/** Objects of one part in the order in which they are applied: namespace, rights, configuration, Services, workloads. CRDs come before them. */
export function systemObjects(options: SystemOptions, part: PartName = 'serving'): KubeObject[] {
  const { namespace, roles } = parts[part]
  const { rights, configuration } = own[part]
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { ...systemLabels(options, 'namespace', part), ...podSecurity(options, part) } }
    },
    ...roles.flatMap((role) => rbacOfRole(role, options)),
    ...rights(options),
    ...configuration(options),
    ...roles.flatMap((role) => servicesOfRole(role, options)),
    ...roles.map((role) => workloadOfRole(role, options))
  ]
}

interface OwnObjects {
  readonly rights: (options: SystemOptions) => KubeObject[]
  /** ConfigMaps, and what else is neither a right nor a role's. */
  readonly configuration: (options: SystemOptions) => KubeObject[]
}

const own: Readonly<Record<PartName, OwnObjects>> = {
  serving: {
    rights: (options) => [...controllerAdmin(options), ...userRolesOf(options)],
    configuration: (options) => [...configMapsOf(options), queueProxyImageOf(options), ...webhookConfigurationsOf(options)]
  },
  eventing: {
    rights: eventingAggregates,
    configuration: (options) => [...eventingConfigMaps(options), ...eventingWebhookConfigurations(options)]
  }
}

/** The roles' pods are as restricted as Kubernetes knows; only a port on the machine itself, standalone's, is more than that allows. */
function podSecurity({ gatewayHostPort, gatewayHttpsHostPort }: SystemOptions, part: PartName): Record<string, string> {
  if (part === 'serving' && (gatewayHostPort !== undefined || gatewayHttpsHostPort !== undefined)) return {}
  return Object.fromEntries(['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']))
}

/** The Image that lets a caching controller pull the sidecar ahead of time (reference 1.2, shipped objects). */
function queueProxyImageOf(options: SystemOptions): KubeObject & { spec: { image: string } } {
  return {
    apiVersion: 'caching.internal.knative.dev/v1alpha1',
    kind: 'Image',
    metadata: { name: 'queue-proxy', namespace: systemNamespace, labels: systemLabels(options, 'queue-proxy') },
    spec: { image: options.image('queue-proxy') }
  }
}
