import { rowsOf } from './condition-reason.ts'

const wait = 'Wait: this resolves itself.'
const install = 'Look at the pods of Eventing: `kubectl -n knative-eventing get pods`.'
const resolve = 'Create what is named, or correct the reference; it is noticed at once.'
const children = 'Look at the children that the status names.'
const deadLetter = [
  'False',
  "Unable to get the DeadLetterSink's URI",
  'The dead letter sink cannot be resolved to an address.',
  resolve,
  'failed to get object default/dead: services "dead" not found'
] as const
const notReady = (what: string): string => `${what} are not ready yet, or there are none`

/** Channel, InMemoryChannel, Subscription, Sequence, Parallel, JobSink. */
export const channelReasons = [
  ...rowsOf('Channel', 'BackingChannelReady', [
    [
      'False',
      'ChannelFailure',
      'The channel behind it cannot be created, or its name belongs to somebody else.',
      'Do what the message says.',
      'channel "default/hello" does not own InMemoryChannel "hello": delete that one, or give the Channel another name'
    ],
    [
      'Unknown',
      'BackingChannelNotConfigured',
      'The channel behind it has not been reconciled yet.',
      wait,
      'BackingChannel has not yet been reconciled.'
    ]
  ]),
  ...rowsOf('Channel', 'Addressable', [
    ['False', 'EmptyHostname', 'The channel behind it has no address yet.', wait, 'hostname is the empty string']
  ]),
  ...rowsOf('Channel', 'DeadLetterSinkResolved', [deadLetter]),
  ...rowsOf('InMemoryChannel', 'ServiceReady', [
    [
      'False',
      'DispatcherServiceDoesNotExist',
      'A part of Eventing is missing.',
      'Install it again.',
      "Service knative-eventing/imc-dispatcher does not exist: install Eventing's data plane"
    ]
  ]),
  ...rowsOf('InMemoryChannel', 'DispatcherReady', [
    [
      'False',
      'DispatcherServiceDoesNotExist',
      'A part of Eventing is missing.',
      'Install it again.',
      "Service knative-eventing/imc-dispatcher does not exist: install Eventing's data plane"
    ],
    [
      'False',
      'DispatcherEndpointsNotReady',
      'No pod delivers events of channels.',
      install,
      'There are no endpoints ready for Dispatcher service imc-dispatcher'
    ],
    [
      'Unknown',
      'DispatcherNotUpdated',
      'The dispatchers have not acknowledged this channel yet.',
      wait,
      'The dispatchers do not take events for this channel yet.'
    ]
  ]),
  ...rowsOf('InMemoryChannel', 'EndpointsReady', [
    [
      'False',
      'DispatcherEndpointsNotReady',
      'No pod delivers events of channels.',
      install,
      'There are no endpoints ready for Dispatcher service imc-dispatcher'
    ],
    [
      'Unknown',
      'DispatcherNotUpdated',
      'The dispatchers have not acknowledged this channel yet.',
      wait,
      'The dispatchers do not take events for this channel yet.'
    ]
  ]),
  ...rowsOf('InMemoryChannel', 'ChannelServiceReady', [
    [
      'False',
      'ChannelServiceFailed',
      'The Service that names the channel cannot be created, or its name belongs to somebody else.',
      'Do what the message says.',
      'Channel Service failed: there is a Service "hello-kn-channel" that this channel does not own: delete it, or give the channel another name'
    ]
  ]),
  ...rowsOf('InMemoryChannel', 'DeadLetterSinkResolved', [deadLetter]),
  ...rowsOf('Subscription', 'ReferencesResolved', [
    [
      'Unknown',
      'ChannelReferenceFailed',
      'The channel does not exist, or is a Channel that is not ready.',
      'Create it, or wait for it.',
      'Failed to get Spec.Channel or backing channel: inmemorychannels.messaging.knative.dev "hello" not found'
    ],
    [
      'False',
      'SubscriberResolveFailed',
      'The subscriber cannot be resolved to an address.',
      resolve,
      'Failed to resolve spec.subscriber: failed to get object default/sink: services "sink" not found'
    ],
    [
      'False',
      'ReplyResolveFailed',
      'The reply cannot be resolved to an address.',
      resolve,
      'Failed to resolve spec.reply: failed to get object default/reply: services "reply" not found'
    ],
    [
      'False',
      'DeadLetterSinkResolveFailed',
      'The dead letter sink, its own or the channel’s, cannot be resolved to an address.',
      resolve,
      'Failed to resolve spec.delivery.deadLetterSink: failed to get object default/dead: services "dead" not found'
    ]
  ]),
  ...rowsOf('Subscription', 'AddedToChannel', [
    [
      'False',
      'PhysicalChannelSyncFailed',
      'The Subscription cannot be written into its channel.',
      'Do what the message says.',
      'Failed to sync physical Channel: the server is away'
    ]
  ]),
  ...rowsOf('Subscription', 'ChannelReady', [
    [
      'Unknown',
      'SubscriptionNotMarkedReadyByChannel',
      'The data plane has not acknowledged the Subscription yet.',
      'Wait; if it stays, look at the pods of Eventing.',
      'Failed to get subscription status: subscription "hello" not present in channel "hello" subscriber\'s list'
    ],
    [
      'False',
      'SubscriptionNotMarkedReadyByChannel',
      'The channel says that the Subscription is not served.',
      'Do what the message says.',
      'the subscriber is not reached'
    ]
  ]),
  ...rowsOf('Sequence', 'ChannelsReady', [
    ['Unknown', 'ChannelsNotReady', 'A channel between the steps is not ready.', children, notReady('Channels')],
    [
      'False',
      'ChannelsNotReady',
      'A channel between the steps cannot be created.',
      'Do what the message says.',
      'Failed to reconcile channels: there is no kind Nope in example.org/v1'
    ]
  ]),
  ...rowsOf('Sequence', 'SubscriptionsReady', [
    ['Unknown', 'SubscriptionsNotReady', 'The Subscription of a step is not ready.', children, notReady('Subscriptions')],
    [
      'False',
      'SubscriptionsNotReady',
      'The Subscription of a step cannot be created.',
      'Do what the message says.',
      'Failed to reconcile subscriptions: forbidden'
    ]
  ]),
  ...rowsOf('Sequence', 'Addressable', [['Unknown', 'emptyAddress', 'The first channel has no address yet.', wait, 'addressable is nil']]),
  ...rowsOf('Parallel', 'ChannelsReady', [
    ['False', 'ChannelsNotReady', 'A channel of a branch is not ready, or cannot be created.', children, notReady('Channels')]
  ]),
  ...rowsOf('Parallel', 'SubscriptionsReady', [
    [
      'False',
      'SubscriptionsNotReady',
      'A Subscription of a branch is not ready, or cannot be created.',
      children,
      notReady('Subscriptions')
    ]
  ]),
  ...rowsOf('Parallel', 'Addressable', [
    ['False', 'emptyAddress', 'The channel that accepts events has no address yet.', wait, 'addressable is nil']
  ]),
  ...rowsOf('JobSink', 'Addressable', [
    [
      'Unknown',
      'JobSinkNotUpdated',
      'No pod has acknowledged the JobSink yet.',
      'Wait; if it stays, look at the pods of Eventing.',
      'No pod behind Service knative-eventing/job-sink takes events for this JobSink yet.'
    ]
  ])
]
