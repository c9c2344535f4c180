import type { EventingRoleName } from '../parts.ts'
import { grant, type Grant } from './grant.ts'

const eventing = 'eventing.knative.dev'
const messaging = 'messaging.knative.dev'
const flows = 'flows.knative.dev'
const sources = 'sources.knative.dev'
const sinks = 'sinks.knative.dev'
const admission = 'admissionregistration.k8s.io'

const follow = ['list', 'watch']
const status = (...kinds: string[]): string[] => kinds.map((kind) => `${kind}/status`)
const finalizers = (...kinds: string[]): string[] => kinds.map((kind) => `${kind}/finalizers`)

/** A child is read past the cache when its create finds the name taken. */
const taken = { unseen: { get: 'only when a create finds the name taken by an object that the watch has not shown yet' } }

/** What `blockOwnerDeletion` on a child needs where OwnerReferencesPermissionEnforcement is on. */
const owners = { unseen: { update: 'asked by the admission plugin OwnerReferencesPermissionEnforcement, which makes no request of it' } }

/** What a role may do in every namespace. What it may do with kinds of others comes by aggregated roles (eventing-aggregates.ts). */
export const eventingClusterGrants: Readonly<Record<EventingRoleName, readonly Grant[]>> = {
  'eventing-controller': [
    // Made for namespaces and Triggers that config-sugar selects.
    grant(eventing, ['brokers'], ['get', ...follow, 'create'], taken),
    grant(eventing, ['triggers'], follow),
    grant(eventing, ['eventtypes'], ['get', ...follow, 'create', 'update', 'delete'], taken),
    grant(eventing, status('brokers', 'triggers', 'eventtypes'), ['patch']),
    grant(eventing, finalizers('brokers', 'triggers'), ['update'], owners),
    grant(messaging, ['channels'], follow),
    grant(messaging, ['inmemorychannels', 'subscriptions'], ['get', ...follow, 'create', 'update', 'patch', 'delete'], taken),
    grant(messaging, status('channels', 'inmemorychannels', 'subscriptions'), ['patch']),
    grant(messaging, finalizers('channels', 'inmemorychannels', 'subscriptions'), ['update'], owners),
    grant(flows, ['sequences', 'parallels'], follow),
    grant(flows, status('sequences', 'parallels'), ['patch']),
    grant(flows, finalizers('sequences', 'parallels'), ['update'], owners),
    // Their finalizer is a patch of the object itself.
    grant(sources, ['pingsources', 'apiserversources'], [...follow, 'patch']),
    grant(sources, ['containersources'], follow),
    grant(sources, ['sinkbindings'], ['get', ...follow, 'create', 'update', 'patch'], taken),
    grant(sources, status('pingsources', 'apiserversources', 'containersources', 'sinkbindings'), ['patch']),
    grant(sources, finalizers('pingsources', 'apiserversources', 'containersources', 'sinkbindings'), ['update'], owners),
    grant(sinks, ['jobsinks'], follow),
    grant(sinks, status('jobsinks'), ['patch']),
    grant('apps', ['deployments'], ['get', ...follow, 'create', 'update'], taken),
    grant('', ['services'], ['get', ...follow, 'create', 'update'], taken),
    grant('', ['namespaces'], [...follow, 'patch']),
    // Templates of channels, which Brokers name in any namespace.
    grant('', ['configmaps'], follow),
    grant('apiextensions.k8s.io', ['customresourcedefinitions'], follow),
    grant('authorization.k8s.io', ['subjectaccessreviews'], ['create']),
    grant('authentication.k8s.io', ['tokenreviews'], ['create']),
    grant('', ['events'], ['create', 'patch'])
  ],
  'eventing-webhook': [
    grant(admission, ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'], follow),
    grant(admission, ['mutatingwebhookconfigurations'], ['update'], {
      names: ['webhook.eventing.knative.dev', 'inmemorychannel.eventing.knative.dev', 'sinkbindings.webhook.sources.knative.dev']
    }),
    grant(admission, ['validatingwebhookconfigurations'], ['update'], {
      names: [
        'config.webhook.eventing.knative.dev',
        'validation.webhook.eventing.knative.dev',
        'validation.inmemorychannel.eventing.knative.dev'
      ]
    }),
    grant('apiextensions.k8s.io', ['customresourcedefinitions'], [...follow, 'update']),
    grant('', ['namespaces'], ['get'], { names: ['knative-eventing'] }),
    grant('', finalizers('namespaces'), ['update'], { names: ['knative-eventing'], ...owners }),
    grant(sources, ['sinkbindings'], follow),
    // A JobSink is admitted when its Job would be.
    grant('batch', ['jobs'], ['create']),
    // Who links across namespaces must be allowed to.
    grant('authorization.k8s.io', ['subjectaccessreviews'], ['create'])
  ],
  // Where events of an unknown type make an EventType (flag eventtype-auto-create).
  'event-log': [grant(eventing, ['eventtypes'], ['create'])],
  'job-sink': [
    grant('batch', ['jobs'], ['get', 'create']),
    // The event of a Job, which the Job's containers read.
    grant('', ['secrets'], ['create'])
  ],
  'pingsource-mt-adapter': [
    grant(sources, ['pingsources'], follow),
    grant('', ['events'], ['create', 'patch'], {
      unseen: {
        patch: 'only when the same is to be said of an object again: no journey makes the adapter fail twice'
      }
    })
  ]
}

const configuration = grant('', ['configmaps'], follow)
const election = grant('coordination.k8s.io', ['leases'], ['get', ...follow, 'create', 'update'], {
  unseen: { get: 'only when two candidates write the lease in the same moment' }
})

/** The leases that say who leads each reconciler, and follow the one that decides it. */
const companions = grant('coordination.k8s.io', ['leases'], ['patch'])

/** What a role may do in `knative-eventing` alone. */
export const eventingNamespaceGrants: Readonly<Record<EventingRoleName, readonly Grant[]>> = {
  'eventing-controller': [
    configuration,
    election,
    companions,
    // Where the replica is that leads, to relay to, and whether the one that led has ended.
    grant('', ['pods'], ['get', 'list']),
    // Who serves events, and has to know what is to be served.
    grant('discovery.k8s.io', ['endpointslices'], follow)
  ],
  'eventing-webhook': [
    configuration,
    grant('', ['secrets'], ['get', ...follow, 'update'], {
      names: ['eventing-webhook-certs'],
      unseen: { get: 'only when two replicas write the first certificate in the same moment' }
    }),
    grant('', ['secrets'], ['create'])
  ],
  // What the ConfigMaps say comes from the controller, with what there is to deliver.
  'event-log': [],
  'job-sink': [],
  'pingsource-mt-adapter': [configuration, election]
}
