/** The kinds of messaging.knative.dev and flows.knative.dev as Go types. */
import {
  addressStatus,
  authStatus,
  channelTemplateShape,
  channelableSpec,
  channelableStatus,
  delivery,
  destination,
  destinationFields,
  policiesStatus,
  reference
} from './duck-shape.ts'
import { duckStatus } from './serving-shape.ts'
import { always, embedded, kind, list, opaque, pointer, pointers, string, struct, url, value } from './shape.ts'

export const channelShape = kind(
  'v1.Channel',
  struct('v1.ChannelSpec', { channelTemplate: pointer(channelTemplateShape), ...channelableSpec }),
  struct('v1.ChannelStatus', { ...channelableStatus, channel: pointer(reference), ...policiesStatus })
)

export const inMemoryChannelShape = kind(
  'v1.InMemoryChannel',
  struct('v1.InMemoryChannelSpec', channelableSpec),
  struct('v1.InMemoryChannelStatus', { ...channelableStatus, ...policiesStatus })
)

const physicalSubscription = struct('v1.SubscriptionStatusPhysicalSubscription', {
  ...pointers(url, 'subscriberUri', 'replyUri', 'deadLetterSinkUri'),
  ...pointers(string, 'subscriberCACerts', 'replyCACerts', 'deadLetterSinkCACerts'),
  ...pointers(string, 'subscriberAudience', 'replyAudience', 'deadLetterSinkAudience')
})

export const subscriptionShape = kind(
  'v1.Subscription',
  struct('v1.SubscriptionSpec', {
    channel: always(reference),
    subscriber: pointer(destination),
    reply: pointer(destination),
    delivery: pointer(delivery)
  }),
  struct('v1.SubscriptionStatus', { ...duckStatus, physicalSubscription: value(physicalSubscription), ...authStatus })
)

const objectReference = opaque('v1.ObjectReference')
const condition = opaque('apis.Condition')
const channelChild = (go: string) => struct(go, { channel: always(objectReference), ready: always(condition) })
const subscriptionChild = (go: string) => struct(go, { subscription: always(objectReference), ready: always(condition) })

export const sequenceShape = kind(
  'v1.Sequence',
  struct('v1.SequenceSpec', {
    steps: always(list(struct('v1.SequenceStep', { ...embedded('Destination', destinationFields), delivery: pointer(delivery) }))),
    channelTemplate: pointer(channelTemplateShape),
    reply: pointer(destination)
  }),
  struct('v1.SequenceStatus', {
    ...duckStatus,
    ...addressStatus,
    subscriptionStatuses: always(list(subscriptionChild('v1.SequenceSubscriptionStatus'))),
    channelStatuses: always(list(channelChild('v1.SequenceChannelStatus'))),
    ...authStatus,
    ...policiesStatus
  })
)

const branchStatus = struct('v1.ParallelBranchStatus', {
  filterSubscriptionStatus: always(subscriptionChild('v1.ParallelSubscriptionStatus')),
  filterChannelStatus: always(channelChild('v1.ParallelChannelStatus')),
  subscriberSubscriptionStatus: always(subscriptionChild('v1.ParallelSubscriptionStatus'))
})

export const parallelShape = kind(
  'v1.Parallel',
  struct('v1.ParallelSpec', {
    branches: always(
      list(
        struct('v1.ParallelBranch', {
          filter: pointer(destination),
          subscriber: always(destination),
          reply: pointer(destination),
          delivery: pointer(delivery)
        })
      )
    ),
    channelTemplate: pointer(channelTemplateShape),
    reply: pointer(destination)
  }),
  struct('v1.ParallelStatus', {
    ...duckStatus,
    ...addressStatus,
    ingressChannelStatus: always(channelChild('v1.ParallelChannelStatus')),
    branchStatuses: always(list(branchStatus)),
    ...authStatus,
    ...policiesStatus
  })
)
