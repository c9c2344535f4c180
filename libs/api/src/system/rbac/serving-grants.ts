import type { RoleName } from '../parts.ts'
import { grant, type Grant } from './grant.ts'

const serving = 'serving.knative.dev'
const autoscaling = 'autoscaling.internal.knative.dev'
const networking = 'networking.internal.knative.dev'
const discovery = 'discovery.k8s.io'
const coordination = 'coordination.k8s.io'
const admission = 'admissionregistration.k8s.io'

const follow = ['list', 'watch']
const status = (...kinds: string[]): string[] => kinds.map((kind) => `${kind}/status`)

/** A child is read past the cache when its create finds the name taken. */
const taken = { unseen: { get: 'only when a create finds the name taken by an object that the watch has not shown yet' } }

/** Where cert-manager issues. */
const certManager = (...verbs: string[]) => ({
  unseen: Object.fromEntries(
    verbs.map((verb) => [verb, 'only where certificate-class says cert-manager, which the journeys do not install'])
  )
})

/** What `blockOwnerDeletion` on a child needs where OwnerReferencesPermissionEnforcement is on. */
const owners = { unseen: { update: 'asked by the admission plugin OwnerReferencesPermissionEnforcement, which makes no request of it' } }
const finalizers = (...kinds: string[]): string[] => kinds.map((kind) => `${kind}/finalizers`)

/**
 * What a role may do in every namespace. Each verb is there for a call that the role makes; nothing is granted in advance. Children go by
 * owner references, so that few kinds are deleted.
 */
export const servingClusterGrants: Readonly<Record<RoleName, readonly Grant[]>> = {
  controller: [
    grant(serving, ['services'], follow),
    grant(serving, ['configurations', 'routes'], ['get', ...follow, 'create', 'update', 'patch'], taken),
    grant(serving, ['revisions'], ['get', ...follow, 'create', 'patch', 'delete'], taken),
    grant(serving, status('services', 'configurations', 'revisions', 'routes'), ['patch']),
    grant(serving, finalizers('services', 'configurations', 'revisions', 'routes'), ['update'], owners),
    grant(autoscaling, ['podautoscalers'], ['get', ...follow, 'create', 'update'], taken),
    // Their finalizer is a patch of the object itself.
    grant(serving, ['domainmappings'], [...follow, 'patch']),
    grant(serving, status('domainmappings'), ['patch']),
    grant(serving, finalizers('domainmappings'), ['update'], owners),
    grant(networking, ['clusterdomainclaims'], ['get', ...follow, 'create', 'delete'], taken),
    grant(networking, ['certificates'], ['get', ...follow, 'create', 'update', 'delete'], {
      unseen: {
        ...taken.unseen,
        update: 'only when a Route or namespace that has a certificate changes its annotations or its domain',
        delete: 'only when a Route loses a tag that has a certificate, or a namespace is selected no longer'
      }
    }),
    grant(networking, status('certificates'), ['patch']),
    grant(networking, finalizers('certificates'), ['update'], owners),
    // What the built-in issuer issues, its authority among it.
    grant('', ['secrets'], ['create', 'update'], { unseen: { update: 'only when a certificate is renewed, a month before its end' } }),
    // Those that are selected get certificates for all their hosts.
    grant('', ['namespaces'], follow),
    grant('', finalizers('namespaces'), ['update'], owners),
    grant('cert-manager.io', ['certificates'], ['get', 'create', 'update'], certManager('get', 'create', 'update')),
    grant('cert-manager.io', ['clusterissuers'], ['get'], certManager('get')),
    grant('acme.cert-manager.io', ['challenges'], ['get'], certManager('get')),
    grant(networking, ['ingresses'], ['get', ...follow, 'create', 'update', 'patch'], taken),
    grant(networking, ['serverlessservices'], follow),
    grant(networking, status('ingresses', 'serverlessservices'), ['patch']),
    grant(networking, finalizers('serverlessservices'), ['update'], owners),
    grant('caching.internal.knative.dev', ['images'], ['get', ...follow, 'create'], taken),
    grant('apps', ['deployments'], ['get', ...follow, 'create', 'update'], taken),
    grant('', ['services'], ['get', ...follow, 'create', 'update', 'delete'], taken),
    grant('', ['pods'], follow),
    // Followed are those of type kubernetes.io/tls alone: what KIngresses name in spec.tls goes to the gateways. RBAC cannot say "of this type".
    // Got are those that a revision and its ServiceAccount name in imagePullSecrets, and only to ask a registry for a digest.
    grant('', ['secrets'], ['get', ...follow], {
      unseen: { get: 'only for an image whose registry is asked for a digest, with a pull secret' }
    }),
    grant('', ['serviceaccounts'], ['get'], { unseen: { get: 'only for an image whose registry is asked for a digest' } }),
    // Whose the token is of who asks for routes, which come with keys.
    grant('authentication.k8s.io', ['tokenreviews'], ['create']),
    // The last lines of a container that does not get ready are told in its revision's condition.
    grant('', ['pods/log'], ['get']),
    grant(discovery, ['endpointslices'], ['get', ...follow, 'create', 'update', 'delete'], {
      unseen: { ...taken.unseen, delete: 'only when the endpoints of a revision no longer fill as many slices, of 1000 each, as they did' }
    }),
    grant(discovery, ['endpointslices/restricted'], ['create'], {
      unseen: { create: 'asked by the admission plugin RestrictedEndpointsAdmission of OpenShift, which makes no request of it' }
    }),
    // Listed for what a pod's last probe found.
    grant('', ['events'], ['list', 'create', 'patch'])
  ],
  webhook: [
    grant(admission, ['mutatingwebhookconfigurations'], follow),
    grant(admission, ['validatingwebhookconfigurations'], follow),
    grant(admission, ['mutatingwebhookconfigurations'], ['update'], { names: ['webhook.serving.knative.dev'] }),
    grant(admission, ['validatingwebhookconfigurations'], ['update'], {
      names: ['config.webhook.serving.knative.dev', 'validation.webhook.serving.knative.dev']
    }),
    // The configurations belong to the system namespace, so that they go with it.
    grant('', ['namespaces'], ['get'], { names: ['knative-serving'] }),
    grant('', finalizers('namespaces'), ['update'], { names: ['knative-serving'], ...owners }),
    // kubectl apply --dry-run=server is answered by a dry run of the pod that would run.
    grant('', ['pods'], ['create'])
  ],
  autoscaler: [
    grant(autoscaling, ['podautoscalers'], follow),
    grant(autoscaling, ['metrics'], ['get', ...follow, 'create', 'update'], taken),
    grant(autoscaling, status('podautoscalers', 'metrics'), ['patch']),
    grant(autoscaling, finalizers('podautoscalers'), ['update'], owners),
    grant(networking, ['serverlessservices'], ['get', ...follow, 'create', 'update'], taken),
    // Class HPA: Kubernetes' own autoscaler decides.
    grant('autoscaling', ['horizontalpodautoscalers'], ['get', ...follow, 'create', 'update'], {
      unseen: { ...taken.unseen, update: 'only when the bounds of a revision change or somebody has changed the object: no journey does' }
    }),
    grant('apps', ['deployments'], follow),
    grant('apps', ['deployments/scale'], ['patch']),
    grant('', ['pods'], follow),
    grant(discovery, ['endpointslices'], follow),
    // Whose the token is of who reports statistics.
    grant('authentication.k8s.io', ['tokenreviews'], ['create']),
    grant('', ['events'], ['create', 'patch'], {
      unseen: { patch: 'only when the same is to be said of an object again: no journey makes the autoscaler fail twice' }
    })
  ],
  activator: [
    // Read past the cache for a revision that a request is faster than.
    grant(serving, ['revisions'], ['get', ...follow]),
    grant(discovery, ['endpointslices'], follow),
    grant('', ['pods'], follow),
    grant('', ['services'], ['get'], { unseen: { get: 'only where a mesh lets nobody through to pods' } })
  ],
  gateway: []
}

const configuration = grant('', ['configmaps'], follow)
const election = grant(coordination, ['leases'], ['get', ...follow, 'create', 'update'], {
  unseen: { get: 'only when two candidates write the lease in the same moment' }
})

/** The leases that say who leads each reconciler, and follow the one that decides it. */
const companions = grant(coordination, ['leases'], ['patch'])

/** What a role may do in the system namespace alone. */
export const servingNamespaceGrants: Readonly<Record<RoleName, readonly Grant[]>> = {
  controller: [
    configuration,
    election,
    companions,
    // Where the replica is that leads, to relay to.
    grant('', ['pods'], ['get'])
  ],
  webhook: [
    configuration,
    grant('', ['secrets'], ['get', ...follow, 'update'], {
      names: ['webhook-certs'],
      unseen: { get: 'only when two replicas write the first certificate in the same moment' }
    }),
    grant('', ['secrets'], ['create'])
  ],
  autoscaler: [configuration, election, companions],
  // Its own certificate, and whose certificates it accepts.
  activator: [configuration, grant('', ['secrets'], follow, { names: ['routing-serving-certs'] })],
  gateway: []
}
