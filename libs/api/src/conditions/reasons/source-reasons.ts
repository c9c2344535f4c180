import { rowsOf } from './condition-reason.ts'

const wait = 'Wait: this resolves itself.'
const sink = [
  'False',
  'NotFound',
  'The sink cannot be resolved to an address.',
  'Create what is named, or correct spec.sink; it is noticed at once.',
  'failed to get object default/sink: services "sink" not found'
] as const
const deployment = (what: string) =>
  [
    [
      'Unknown',
      'DeploymentUnavailable',
      `The Deployment ${what} has no ready pod.`,
      'Look at its pods.',
      "The Deployment 'hello-deployment' is unavailable."
    ],
    [
      'Unknown',
      'DeploymentUpdating',
      `The Deployment ${what} goes over to its newest form.`,
      wait,
      "The Deployment 'hello-deployment' is being updated."
    ]
  ] as const

/** PingSource, ApiServerSource, ContainerSource, SinkBinding. */
export const sourceReasons = [
  ...rowsOf('PingSource', 'SinkProvided', [sink]),
  ...rowsOf('PingSource', 'Deployed', [
    [
      'False',
      'DeploymentNotFound',
      'A part of Eventing is missing.',
      'Install it again.',
      'Deployment knative-eventing/pingsource-mt-adapter does not exist'
    ],
    ...deployment('that sends the events of all PingSources')
  ]),
  ...rowsOf('ApiServerSource', 'SinkProvided', [sink]),
  ...rowsOf('ApiServerSource', 'Deployed', deployment('that watches')),
  ...rowsOf('ContainerSource', 'SinkBindingReady', [
    [
      'Unknown',
      'SinkBindingUnavailable',
      'The latest version of the source’s SinkBinding has not been reconciled yet.',
      wait,
      "The SinkBinding 'hello-sinkbinding' is not up to date yet."
    ]
  ]),
  ...rowsOf('ContainerSource', 'ReceiveAdapterReady', [
    ...deployment('of the source'),
    [
      'False',
      'DeploymentRefused',
      'The API server takes no such pods.',
      'Correct spec.template, or grant the right to.',
      'Deployment.apps "hello-deployment" is invalid: spec.template.spec.containers[0].name: Invalid value: "a.b-0"'
    ]
  ]),
  ...rowsOf('SinkBinding', 'SinkProvided', [sink]),
  ...rowsOf('SinkBinding', 'SinkBindingAvailable', [
    [
      'False',
      'SubjectMissing',
      'Nothing matches spec.subject.',
      'Create it, or correct the reference.',
      'Deployment "default/hello" does not exist'
    ],
    [
      'False',
      'SubjectUnavailable',
      'What matches spec.subject cannot be read.',
      'Correct the reference, or grant the right to read it.',
      'deployments.apps is forbidden'
    ],
    ['False', 'BindingFailed', 'The subject cannot be changed.', 'Do what the message says.', 'deployments.apps "hello" is forbidden']
  ])
]
