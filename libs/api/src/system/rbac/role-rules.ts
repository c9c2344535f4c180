import type * as k8s from '../../kubernetes/index.ts'
import type { RoleName } from '../system-options.ts'

const rule = (apiGroups: string[], resources: string[], verbs: string[]): k8s.PolicyRule => ({ apiGroups, resources, verbs })
const read = ['get', 'list', 'watch']
const serving = 'serving.knative.dev'
const autoscaling = 'autoscaling.internal.knative.dev'
const networking = 'networking.internal.knative.dev'

const discovery = 'discovery.k8s.io'
const status = (...kinds: string[]): string[] => kinds.map((kind) => `${kind}/status`)
const finalizers = (...kinds: string[]): string[] => kinds.map((kind) => `${kind}/finalizers`)

/**
 * What a role may do in every namespace. Each verb is there for a call that the role makes (its README lists them); nothing is granted in
 * advance. Children go by owner references, so that few kinds are deleted. `finalizers: update` is what blockOwnerDeletion on a child needs
 * where OwnerReferencesPermissionEnforcement is on.
 */
export const clusterRules: Readonly<Record<RoleName, readonly k8s.PolicyRule[]>> = {
  controller: [
    rule([serving], ['services'], read),
    rule([serving], ['configurations', 'routes'], [...read, 'create', 'update', 'patch']),
    rule([serving], ['revisions'], [...read, 'create', 'patch', 'delete']),
    rule([serving], status('services', 'configurations', 'revisions', 'routes'), ['patch']),
    rule([serving], finalizers('services', 'configurations', 'revisions', 'routes'), ['update']),
    rule([autoscaling], ['podautoscalers'], [...read, 'create', 'update']),
    rule([networking], ['ingresses'], [...read, 'create', 'update', 'patch']),
    rule([networking], ['serverlessservices'], read),
    rule([networking], status('ingresses', 'serverlessservices'), ['patch']),
    rule([networking], finalizers('serverlessservices'), ['update']),
    rule(['caching.internal.knative.dev'], ['images'], [...read, 'create']),
    rule(['apps'], ['deployments'], [...read, 'create', 'update']),
    rule([''], ['services'], [...read, 'create', 'update', 'delete']),
    rule([''], ['pods'], read),
    // Of type kubernetes.io/tls alone: what KIngresses name in spec.tls goes to the gateways. RBAC cannot say "of this type".
    rule([''], ['secrets'], ['list', 'watch']),
    // Whose the token is of who asks for routes, which come with keys.
    rule(['authentication.k8s.io'], ['tokenreviews'], ['create']),
    // The last lines of a container that does not get ready are told in its revision's condition.
    rule([''], ['pods/log'], ['get']),
    rule([discovery], ['endpointslices'], [...read, 'create', 'update', 'delete']),
    rule([discovery], ['endpointslices/restricted'], ['create']),
    // Listed for what a pod's last probe found.
    rule([''], ['events'], ['list', 'create', 'patch'])
  ],
  webhook: [
    rule(['admissionregistration.k8s.io'], ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'], [...read, 'update']),
    // The configurations belong to the system namespace, so that they go with it.
    rule([''], ['namespaces'], ['get']),
    // kubectl apply --dry-run=server is answered by a dry run of the pod that would run.
    rule([''], ['pods'], ['create'])
  ],
  autoscaler: [
    rule([autoscaling], ['podautoscalers'], read),
    rule([autoscaling], ['metrics'], [...read, 'create', 'update']),
    rule([autoscaling], status('podautoscalers', 'metrics'), ['patch']),
    rule([autoscaling], finalizers('podautoscalers'), ['update']),
    rule([networking], ['serverlessservices'], [...read, 'create', 'update']),
    rule(['apps'], ['deployments'], read),
    rule(['apps'], ['deployments/scale'], ['patch']),
    rule([''], ['pods'], read),
    rule([discovery], ['endpointslices'], read),
    rule([''], ['events'], ['create', 'patch'])
  ],
  activator: [rule([serving], ['revisions'], read), rule([discovery], ['endpointslices'], read), rule([''], ['pods'], read)],
  gateway: []
}

const elects = rule(['coordination.k8s.io'], ['leases'], [...read, 'create', 'update'])

/** What a role may do in the system namespace alone. */
export const namespaceRules: Readonly<Record<RoleName, readonly k8s.PolicyRule[]>> = {
  controller: [rule([''], ['configmaps'], read), elects, rule(['coordination.k8s.io'], ['leases'], ['patch'])],
  webhook: [rule([''], ['configmaps'], read), rule([''], ['secrets'], [...read, 'create', 'update'])],
  autoscaler: [rule([''], ['configmaps'], read), elects],
  activator: [rule([''], ['configmaps'], read)],
  gateway: []
}
