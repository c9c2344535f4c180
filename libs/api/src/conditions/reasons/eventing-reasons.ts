import { rowsOf } from './condition-reason.ts'

const wait = 'Wait: this resolves itself.'
const install = 'Look at the pods of Eventing: `kubectl -n knative-eventing get pods`.'
const resolve = 'Create what is named, or correct the reference; it is noticed at once.'
const deadLetter = [
  'False',
  "Unable to get the DeadLetterSink's URI",
  'The dead letter sink cannot be resolved to an address.',
  resolve,
  'failed to get object default/dead: services "dead" not found'
] as const
const oidc = [
  'Unknown',
  'OIDCNotSupported',
  'config-features requires identities of senders, which this version does not support.',
  'Set `authentication-oidc` of ConfigMap knative-eventing/config-features to `disabled`.',
  'config-features asks for authentication-oidc, which this version does not have: events would be taken from anybody. Set it to disabled.'
] as const

/** Informational, there while deliveries fail: readiness says that events are sent, this says how they fare. */
const delivery = [
  [
    'False',
    'DeliveryFailing',
    'The subscriber does not accept events. They are retried, then go to the dead letter sink. This does not affect readiness.',
    'Fix the subscriber that the message names.',
    'Subscriber http://sink.default.svc.cluster.local does not take events. The last attempt failed with: 503 Service Unavailable. No delivery has succeeded since 2026-11-22T08:09:54Z.'
  ],
  [
    'False',
    'DeliveryStuck',
    'Events are due and do not move. This does not affect readiness.',
    'Look at the log of the pod of Eventing that is not ready.',
    'Events for subscriber http://sink.default.svc.cluster.local are due and do not move.'
  ]
] as const

/** Broker, Trigger, EventType. */
export const eventingReasons = [
  ...rowsOf('Broker', 'TriggerChannelReady', [
    [
      'False',
      'ChannelTemplateFailed',
      'The configuration of the Broker does not exist or cannot be read.',
      'Create the ConfigMap of spec.config, or correct its `channel-template-spec`.',
      'Error on setting up the ChannelTemplate: configmap "nope" not found'
    ],
    [
      'False',
      'ChannelFailure',
      'The channel of the Broker cannot be created, or its name belongs to somebody else.',
      'Do what the message says.',
      'InMemoryChannel "default-kne-trigger" is there already, and this Broker does not own it: delete it, or give the Broker another name'
    ],
    [
      'False',
      'NoAddress',
      'The channel of the Broker has no address yet.',
      'Wait; if it stays, look at that channel.',
      'Channel does not have an address.'
    ]
  ]),
  ...rowsOf('Broker', 'FilterReady', [
    [
      'False',
      'EndpointsUnavailable',
      'No pod evaluates Triggers.',
      install,
      'Endpoints are unavailable: no pod behind Service knative-eventing/broker-filter is ready.'
    ]
  ]),
  ...rowsOf('Broker', 'IngressReady', [
    [
      'False',
      'EndpointsUnavailable',
      'No pod accepts events.',
      install,
      'Endpoints are unavailable: no pod behind Service knative-eventing/broker-ingress is ready.'
    ],
    [
      'Unknown',
      'IngressNotUpdated',
      'The ingress has not acknowledged this Broker yet.',
      wait,
      'The ingress does not take events for this Broker yet.'
    ]
  ]),
  ...rowsOf('Broker', 'DeadLetterSinkResolved', [deadLetter]),
  ...rowsOf('Broker', 'EventPoliciesReady', [oidc]),
  ...rowsOf('Broker', 'Delivery', delivery),
  ...rowsOf('Trigger', 'BrokerReady', [
    [
      'False',
      'BrokerDoesNotExist',
      'There is no Broker of this name. Subscriptions of an earlier one are gone.',
      'Create it.',
      'Broker "default" does not exist. Create it, or correct spec.broker.'
    ],
    ['Unknown', 'BrokerNotConfigured', 'The Broker has not been reconciled yet.', wait, 'Broker has not yet been reconciled.'],
    [
      'False',
      'MissingBrokerChannel',
      'The Broker does not say where its channel is.',
      wait,
      'Failed to get broker "default" annotations: Broker.Status.Annotations nil or missing values'
    ]
  ]),
  ...rowsOf('Trigger', 'SubscriberResolved', [
    [
      'False',
      "Unable to get the Subscriber's URI",
      'The subscriber cannot be resolved to an address.',
      resolve,
      'failed to get object default/sink: services "sink" not found'
    ]
  ]),
  ...rowsOf('Trigger', 'DeadLetterSinkResolved', [
    [
      'False',
      "Unable to get the dead letter sink's URI",
      'The dead letter sink cannot be resolved to an address.',
      resolve,
      'failed to get object default/dead: services "dead" not found'
    ]
  ]),
  ...rowsOf('Trigger', 'SubscriptionReady', [
    [
      'Unknown',
      'SubscriptionNotConfigured',
      'The Subscription of the Trigger has not been reconciled yet.',
      wait,
      'Subscription has not yet been reconciled.'
    ],
    [
      'Unknown',
      'FilterNotUpdated',
      'The filters have not acknowledged this generation of the Trigger yet.',
      wait,
      'The filters do not go by this generation of the Trigger yet.'
    ],
    [
      'False',
      'NotSubscribed',
      'The Subscription cannot be created.',
      'Do what the message says.',
      'subscriptions.messaging.knative.dev is forbidden: exceeded quota'
    ],
    [
      'False',
      'SubscriptionNotOwnedByTrigger',
      'A Subscription of this name belongs to somebody else.',
      'Delete it, or give the Trigger another name.',
      'trigger "hello" does not own subscription "default-hello-1": delete that one, or give the Trigger another name'
    ]
  ]),
  ...rowsOf('Trigger', 'DependencyReady', [
    [
      'False',
      'ReferenceError',
      'The annotation knative.dev/dependency is not a reference.',
      'Correct it: `{"apiVersion": …, "kind": …, "name": …}`.',
      'Unable to unmarshal objectReference from dependency annotation of trigger: it names no kind and name'
    ],
    [
      'False',
      'DependencyDoesNotExist',
      'The object that the Trigger depends on does not exist.',
      'Create it.',
      'Dependency does not exist: there is no PingSource default/first'
    ],
    [
      'Unknown',
      'DependencyGetFailed',
      'The object that the Trigger depends on cannot be read.',
      'Correct the reference, or install what defines its kind.',
      'Failed to get dependency: there is no kind Nope in example.org/v1: install what defines it, or correct the reference'
    ],
    [
      'Unknown',
      'GenerationNotEqual',
      'The latest version of the object that the Trigger depends on has not been reconciled yet.',
      wait,
      "The dependency's metadata.generation, 2, is not equal to its status.observedGeneration, 1."
    ]
  ]),
  ...rowsOf('Trigger', 'OIDCIdentityCreated', [oidc]),
  ...rowsOf('Trigger', 'Delivery', delivery),
  ...rowsOf('EventType', 'ReferenceExists', [
    [
      'False',
      'ResourceDoesNotExist',
      'What the EventType refers to does not exist.',
      'Create it, or correct spec.reference.',
      'Broker "default/default" does not exist'
    ],
    [
      'Unknown',
      'ReferenceGetFailed',
      'What the EventType refers to cannot be read.',
      'Correct the reference, or install what defines its kind.',
      'there is no kind Nope in example.org/v1: install what defines it, or correct the reference'
    ]
  ])
]
