import { rowsOf } from './condition-reason.ts'

const wait = 'Wait: this resolves itself.'

/** Service and Configuration. */
export const serviceReasons = [
  ...rowsOf('Service', 'ConfigurationsReady', [
    [
      'Unknown',
      'OutOfDate',
      'The Configuration has not observed the latest spec yet.',
      wait,
      'The Configuration is still working to reflect the latest desired specification.'
    ],
    [
      'Unknown',
      '',
      'The latest revision is not ready yet; the message says why.',
      'Do what the message says, or wait.',
      'Revision "hello-00001" is not ready yet: Readiness probe failed: GET http://127.0.0.1:8080/ answered 503. The container says that it is not ready: its log should say why.'
    ],
    [
      'False',
      'RevisionFailed',
      'The latest revision failed; the message says why.',
      'Fix what the message names and change the template: that creates a new revision.',
      'Revision "hello-00002" failed with message: Container failed with: no database at db:5432.'
    ],
    [
      'False',
      'NotOwned',
      'A Configuration of this name belongs to somebody else.',
      'Delete it, or give the Service another name.',
      'There is an existing Configuration "hello" that we do not own. Delete it, or give the Service another name.'
    ]
  ]),
  ...rowsOf('Service', 'RoutesReady', [
    [
      'Unknown',
      'OutOfDate',
      'The Route has not observed the latest spec yet.',
      wait,
      'The Route is still working to reflect the latest desired specification.'
    ],
    [
      'Unknown',
      'TrafficNotMigrated',
      'Traffic is still sent to an earlier revision.',
      wait,
      'Traffic is not yet migrated to the latest revision.'
    ],
    [
      'False',
      'RevisionNameTaken',
      'The name in spec.template.metadata.name belongs to another revision.',
      'Give the template another name, or none.',
      'The revision name "hello-one" is taken by a conflicting Revision, so traffic will not be migrated'
    ],
    [
      'False',
      'NotOwned',
      'A Route of this name belongs to somebody else.',
      'Delete it, or give the Service another name.',
      'There is an existing Route "hello" that we do not own. Delete it, or give the Service another name.'
    ]
  ]),
  ...rowsOf('Configuration', 'Ready', [
    [
      'Unknown',
      '',
      'The latest revision is not ready yet.',
      'Do what the message says, or wait.',
      'Revision "hello-00001" is not ready yet: no node has room.'
    ],
    [
      'False',
      'RevisionFailed',
      'The latest revision failed, or could not be created.',
      'Fix what the message names and change the template: that creates a new revision.',
      'Revision creation failed with message: revisions.serving.knative.dev "hello-one" already exists.'
    ]
  ])
]
