import type * as k8s from '../../kubernetes/index.ts'
import { systemLabels, type SystemOptions } from '../system-options.ts'
import { clusterBindingOf, rbacVersion } from './bindings.ts'
import { controllerLabel } from './rbac-of-role.ts'

/**
 * Upstream's `knative-serving-admin`: what add-ons that run under ServiceAccount `controller` (net-istio, net-certmanager) add to its rights by
 * a label. Its rules are the cluster's to fill in, and therefore not written here: an installation that wrote none would take them away
 * until they are. So the controller has its own rights from `knative-serving-core` directly, from its first moment on.
 */
export function controllerAdmin(options: SystemOptions): (k8s.ClusterRole | k8s.ClusterRoleBinding)[] {
  const labels = systemLabels(options, 'controller')
  const name = 'knative-serving-admin'
  return [
    {
      apiVersion: rbacVersion,
      kind: 'ClusterRole',
      metadata: { name, labels },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: controllerLabel }] }
    },
    clusterBindingOf('controller', 'knative-serving-controller-admin', name, labels),
    // Domains lead to whatever has an address.
    clusterBindingOf(
      'controller',
      'knative-serving-controller-addressable-resolver',
      'knative-serving-aggregated-addressable-resolver',
      labels
    )
  ]
}
