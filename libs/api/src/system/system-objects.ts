/** Everything that an installation of Serving consists of, built once: standalone applies it, the chart is rendered from it. */
import type { KubeObject } from '../object.ts'
import { configMapsOf } from './config-maps.ts'
import { deploymentOfRole } from './deployment-of-role.ts'
import { controllerAdmin } from './rbac/controller-admin.ts'
import { rbacOfRole } from './rbac/rbac-of-role.ts'
import { userRolesOf } from './rbac/user-roles.ts'
import { servicesOfRole } from './services-of-role.ts'
import { roleNames, systemLabels, systemNamespace, type SystemOptions } from './system-options.ts'
import { webhookConfigurationsOf } from './webhook-configurations.ts'

/** Objects in the order in which they are applied: namespace, rights, configuration, Services, Deployments. CRDs come before them. */
export function systemObjects(options: SystemOptions): KubeObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: systemNamespace, labels: { ...systemLabels(options, 'namespace'), ...podSecurity(options) } }
    },
    ...roleNames.flatMap((role) => rbacOfRole(role, options)),
    ...controllerAdmin(options),
    ...userRolesOf(options),
    ...configMapsOf(options),
    queueProxyImageOf(options),
    ...roleNames.flatMap((role) => servicesOfRole(role, options)),
    ...webhookConfigurationsOf(options),
    ...roleNames.map((role) => deploymentOfRole(role, options))
  ]
}

/** The roles' pods are as restricted as Kubernetes knows; only a port on the machine itself, standalone's, is more than that allows. */
function podSecurity({ gatewayHostPort, gatewayHttpsHostPort }: SystemOptions): Record<string, string> {
  if (gatewayHostPort !== undefined || gatewayHttpsHostPort !== undefined) return {}
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
