import type * as k8s from '../../kubernetes/index.ts'
import type { RoleName } from '../system-options.ts'

const rule = (apiGroups: string[], resources: string[], verbs: string[]): k8s.PolicyRule => ({ apiGroups, resources, verbs })
const read = ['get', 'list', 'watch']
const write = ['create', 'update', 'patch', 'delete']
const serving = 'serving.knative.dev'
const autoscaling = 'autoscaling.internal.knative.dev'
const networking = 'networking.internal.knative.dev'

/** What a role may do in every namespace. Each rule is there for a call that the role makes; nothing is granted in advance. */
export const clusterRules: Readonly<Record<RoleName, readonly k8s.PolicyRule[]>> = {
  controller: [
    rule([serving], ['services', 'configurations', 'revisions', 'routes'], [...read, ...write]),
    rule([serving], ['services/status', 'configurations/status', 'revisions/status', 'routes/status'], ['update', 'patch']),
    rule([serving], ['services/finalizers', 'configurations/finalizers', 'revisions/finalizers', 'routes/finalizers'], ['update']),
    rule([autoscaling], ['podautoscalers'], [...read, ...write]),
    rule([networking], ['ingresses', 'serverlessservices'], [...read, ...write]),
    rule([networking], ['ingresses/status', 'serverlessservices/status'], ['update', 'patch']),
    rule(['caching.internal.knative.dev'], ['images'], [...read, ...write]),
    rule(['apps'], ['deployments'], [...read, ...write]),
    rule([''], ['services'], [...read, ...write]),
    rule([''], ['pods', 'namespaces'], read),
    rule(['discovery.k8s.io'], ['endpointslices'], [...read, ...write]),
    // Pull secrets and service accounts are read one by one, to authenticate at registries while digests are resolved.
    rule([''], ['secrets', 'serviceaccounts'], ['get']),
    rule([''], ['events'], ['create', 'patch', 'list', 'watch'])
  ],
  webhook: [
    rule(
      ['admissionregistration.k8s.io'],
      ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
      [...read, 'update', 'patch']
    ),
    rule([''], ['namespaces'], ['get']),
    // kubectl apply --dry-run=server is answered by a dry run of the pod that would run.
    rule([''], ['pods'], ['create'])
  ],
  autoscaler: [
    rule([autoscaling], ['podautoscalers', 'metrics'], [...read, ...write]),
    rule([autoscaling], ['podautoscalers/status', 'metrics/status'], ['update', 'patch']),
    rule([networking], ['serverlessservices'], [...read, ...write]),
    rule([serving], ['revisions'], read),
    rule(['apps'], ['deployments'], read),
    rule(['apps'], ['deployments/scale'], ['get', 'update', 'patch']),
    rule([''], ['pods', 'services'], read),
    rule(['discovery.k8s.io'], ['endpointslices'], read),
    rule([''], ['events'], ['create', 'patch'])
  ],
  activator: [
    rule([serving], ['revisions'], read),
    rule(['discovery.k8s.io'], ['endpointslices'], read),
    rule([''], ['pods', 'services'], read)
  ],
  gateway: []
}

/** What a role may do in the system namespace alone. */
export const namespaceRules: Readonly<Record<RoleName, readonly k8s.PolicyRule[]>> = {
  controller: [
    rule([''], ['configmaps'], read),
    rule(['coordination.k8s.io'], ['leases'], [...read, 'create', 'update', 'patch', 'delete'])
  ],
  webhook: [
    rule([''], ['configmaps'], read),
    rule([''], ['secrets'], [...read, 'create', 'update', 'patch']),
    rule(['coordination.k8s.io'], ['leases'], [...read, 'create', 'update', 'patch'])
  ],
  autoscaler: [
    rule([''], ['configmaps'], read),
    rule(['coordination.k8s.io'], ['leases'], [...read, 'create', 'update', 'patch', 'delete']),
    rule(['discovery.k8s.io'], ['endpointslices'], [...read, 'create', 'update', 'patch'])
  ],
  activator: [rule([''], ['configmaps'], read)],
  gateway: [rule([''], ['configmaps'], read)]
}
