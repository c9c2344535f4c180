import { describe, expect } from '@jest/globals'
import { deployments } from '@knative-ts/api/kubernetes'
import { again, ApiError } from '@knative-ts/kube'
import { deployment, pod, podAutoscaler, reconcileTable, revision } from '@knative-ts/testing'
import { one } from '../testing/one-reconciler.ts'
import type { Witness } from './pod-evidence.ts'
import { settledWorld } from '../testing/stand-ins.ts'

const uid = 'uid-revision-hello-00001'
const owner = [
  { apiVersion: 'serving.knative.dev/v1', kind: 'Revision', name: 'hello-00001', uid, controller: true, blockOwnerDeletion: true }
]
const labels = { 'serving.knative.dev/revisionUID': uid, 'serving.knative.dev/revision': 'hello-00001' }
const resolved = { observedGeneration: 1, containerStatuses: [{ name: 'user-container' }] }
const rev = (over: Parameters<typeof revision>[0] = {}) => revision({ status: resolved, ...over })
const set = 'ReplicaSet "hello-00001-deployment-1" has timed out progressing.'
const overdue = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: set }
const running = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' }
const deployed = (condition: object, available = 0) =>
  deployment({
    metadata: { name: 'hello-00001-deployment', ownerReferences: owner, labels },
    status: { replicas: 1, readyReplicas: available, availableReplicas: available, conditions: [condition] } as never
  })
const scaled = (...conditions: object[]) =>
  podAutoscaler({
    metadata: { ownerReferences: owner, labels },
    status: { serviceName: 'hello-00001', metricsServiceName: 'm', actualScale: 0, desiredScale: -1, conditions } as never
  })
const queued = scaled({ type: 'Ready', status: 'Unknown', reason: 'Queued' }, { type: 'ScaleTargetInitialized', status: 'Unknown' })
const logs =
  'see all that it wrote with "kubectl logs --previous -n default -l serving.knative.dev/revision=hello-00001 -c user-container".'
const podOf = (user: object, over: object = {}) =>
  pod({
    metadata: { name: 'hello-00001-deployment-1-x', labels },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'user-container', image: '', imageID: '', ready: false, restartCount: 0, ...user }],
      ...over
    } as never
  })
const children = ['Deployment', 'PodAutoscaler', 'Image'].map((kind) => ({ verb: 'create', kind }) as const)
const patch = { verb: 'patch', kind: 'Revision', key: 'default/hello-00001' } as const
const conditions = (...all: object[]) => ({ ...patch, body: [{ op: 'test' }, { op: 'add', path: '/status', value: { conditions: all } }] })
const active = { type: 'Active', severity: 'Info' }
const follows = [
  { verb: 'update', kind: 'Deployment' },
  { verb: 'update', kind: 'PodAutoscaler' },
  { verb: 'create', kind: 'Image' }
] as const
const unreachable = { verb: 'update', kind: 'PodAutoscaler', body: { spec: { reachability: 'Unreachable' } } } as const
const failing = [follows[0], unreachable, follows[2]]

/** What the API server answers a write with. */
const refusal = (code: number, message: string) =>
  new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, message })

describe('Revision', () => {
  reconcileTable(one('revision'), [
    {
      name: 'makes Deployment, PodAutoscaler and Image at a time, and one status',
      world: [...settledWorld(), revision()],
      key: 'default/hello-00001',
      writes: [
        ...children,
        conditions(
          { ...active, status: 'Unknown', reason: 'Deploying' },
          { type: 'ContainerHealthy', status: 'Unknown', reason: 'Deploying' },
          { type: 'Ready', status: 'Unknown', reason: 'Deploying' },
          { type: 'ResourcesAvailable', status: 'Unknown', reason: 'Deploying' }
        )
      ]
    },
    {
      name: 'waits for the digest of an image in a registry that is asked',
      world: [...settledWorld(), revision({ spec: { containers: [{ name: 'user-container', image: 'localhost:1/app' }] } as never })],
      key: 'default/hello-00001',
      writes: [
        conditions(
          { type: 'ContainerHealthy' },
          { type: 'Ready', reason: 'ResolvingDigests' },
          { type: 'ResourcesAvailable', status: 'Unknown', reason: 'ResolvingDigests' }
        )
      ]
    },
    {
      name: 'is ready when it had its pods and its Service',
      world: [
        ...settledWorld(),
        rev(),
        deployed(running, 1),
        scaled({ type: 'Ready', status: 'True' }, { type: 'ScaleTargetInitialized', status: 'True' })
      ],
      key: 'default/hello-00001',
      writes: [
        ...follows,
        conditions(
          { ...active, status: 'True' },
          { type: 'ContainerHealthy', status: 'True' },
          { type: 'Ready', status: 'True' },
          { type: 'ResourcesAvailable', status: 'True' }
        )
      ]
    },
    {
      name: 'stays ready with no pods, only not active',
      world: [
        ...settledWorld(),
        rev(),
        deployed(running, 1),
        scaled({ type: 'Ready', status: 'False', reason: 'NoTraffic' }, { type: 'ScaleTargetInitialized', status: 'True' })
      ],
      key: 'default/hello-00001',
      writes: [
        ...follows,
        conditions({ ...active, status: 'False', reason: 'NoTraffic' }, { type: 'ContainerHealthy' }, { type: 'Ready', status: 'True' }, {})
      ]
    },
    {
      name: 'says at once what an image that is not there is missing, and goes on trying',
      world: [
        ...settledWorld(),
        rev(),
        deployed(running),
        queued,
        podOf({ state: { waiting: { reason: 'ImagePullBackOff', message: 'no image dev.local/hello' } } })
      ],
      key: 'default/hello-00001',
      writes: [
        ...follows,
        conditions(
          {},
          {},
          { type: 'Ready', status: 'False', reason: 'ImagePullBackOff', message: 'no image dev.local/hello' },
          { status: 'False' }
        )
      ]
    },
    {
      name: 'says what a container that crashes wrote',
      world: [
        ...settledWorld(),
        rev(),
        deployed(overdue),
        queued,
        podOf({ restartCount: 1, lastState: { terminated: { exitCode: 5, message: 'Crashed...' } } })
      ],
      key: 'default/hello-00001',
      writes: [
        ...failing,
        conditions(
          {},
          {
            type: 'ContainerHealthy',
            status: 'False',
            reason: 'ExitCode5',
            message: `Container failed with: Crashed... It ended with exit code 5: ${logs}`
          },
          { type: 'Ready', status: 'False', reason: 'ExitCode5' },
          { type: 'ResourcesAvailable', status: 'False', reason: 'ProgressDeadlineExceeded', message: set }
        )
      ]
    },
    {
      name: 'does not wait for ever when Kubernetes refuses the Deployment',
      world: [...settledWorld(), revision()],
      key: 'default/hello-00001',
      faults: [
        {
          verb: 'create',
          resource: deployments,
          error: new ApiError({
            kind: 'Status',
            apiVersion: 'v1',
            metadata: {},
            status: 'Failure',
            code: 422,
            reason: 'Invalid',
            message: 'port 0 is invalid'
          })
        }
      ],
      throws: /port 0 is invalid/,
      writes: [
        ...children,
        conditions(
          {},
          {},
          { type: 'Ready', status: 'False' },
          {
            type: 'ResourcesAvailable',
            status: 'False',
            reason: 'FailedCreate',
            message: 'port 0 is invalid. Correct the named field in the template of the Service.'
          }
        )
      ]
    },
    {
      name: 'says who refuses its Deployment',
      world: [...settledWorld(), revision()],
      key: 'default/hello-00001',
      faults: [
        { verb: 'create', resource: deployments, error: refusal(400, 'admission webhook "policy.example.com" denied the request: no') }
      ],
      throws: /denied the request: no/,
      writes: [
        ...children,
        conditions(
          {},
          {},
          { type: 'Ready', status: 'False' },
          {
            type: 'ResourcesAvailable',
            status: 'False',
            reason: 'FailedCreate',
            message:
              'admission webhook "policy.example.com" denied the request: no. Change what is refused, or ask whoever runs this admission in the cluster.'
          }
        )
      ]
    },
    {
      name: 'says that a webhook does not answer, and tries again',
      world: [...settledWorld(), revision()],
      key: 'default/hello-00001',
      faults: [{ verb: 'create', resource: deployments, error: refusal(500, 'failed calling webhook "policy.example.com"') }],
      throws: /failed calling webhook/,
      writes: [
        ...children,
        conditions(
          {},
          {},
          { type: 'Ready', status: 'Unknown' },
          {
            type: 'ResourcesAvailable',
            status: 'Unknown',
            reason: 'Deploying',
            message: 'Deployment "hello-00001-deployment" could not be written: failed calling webhook "policy.example.com"'
          }
        )
      ]
    },
    {
      name: 'says which quota refuses its pods',
      world: [
        ...settledWorld(),
        rev(),
        deployed({
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message: 'pods "x" is forbidden: exceeded quota: small'
        }),
        queued
      ],
      key: 'default/hello-00001',
      writes: [
        ...failing,
        conditions(
          {},
          {},
          { type: 'Ready', status: 'False', reason: 'FailedCreate' },
          {
            type: 'ResourcesAvailable',
            status: 'False',
            reason: 'FailedCreate',
            message: expect.stringMatching(/^pods "x" is forbidden: exceeded quota: small\. Lower what the pods ask for/)
          }
        )
      ]
    },
    {
      name: 'refuses a Deployment of somebody else',
      world: [...settledWorld(), rev(), deployment({ metadata: { name: 'hello-00001-deployment', labels } }), queued],
      key: 'default/hello-00001',
      throws: /does not own Deployment/,
      writes: [
        { verb: 'update', kind: 'PodAutoscaler' },
        { verb: 'create', kind: 'Image' },
        conditions({}, {}, {}, { type: 'ResourcesAvailable', status: 'False', reason: 'NotOwned' })
      ]
    },
    {
      name: 'waits for what a former revision of its name has left',
      world: [
        ...settledWorld(),
        rev(),
        deployment({
          metadata: { name: 'hello-00001-deployment', labels, ownerReferences: owner.map((one) => ({ ...one, uid: 'former' })) }
        }),
        queued
      ],
      key: 'default/hello-00001',
      throws: /does not own Deployment/,
      writes: [
        { verb: 'update', kind: 'PodAutoscaler' },
        { verb: 'create', kind: 'Image' },
        conditions(
          {},
          {},
          {},
          {
            type: 'ResourcesAvailable',
            status: 'Unknown',
            reason: 'Deploying',
            message: expect.stringMatching(/^The Deployment "hello-00001-deployment" of a former object of this name is still there/)
          }
        )
      ]
    },
    {
      name: 'says that nobody may run an autoscaler of its class',
      world: [
        ...settledWorld(),
        rev(),
        deployed(running, 1),
        podAutoscaler({ metadata: { ownerReferences: owner, labels, annotations: { 'autoscaling.knative.dev/class': 'a.example.com' } } })
      ],
      key: 'default/hello-00001',
      writes: [
        ...follows,
        conditions(
          {},
          {},
          {
            type: 'Ready',
            status: 'Unknown',
            message: expect.stringMatching(/^Its PodAutoscaler is of class "a\.example\.com": when this stays/)
          },
          {}
        )
      ]
    },
    {
      name: 'says which Service of its name belongs to somebody else, though its pods run',
      world: [
        ...settledWorld(),
        rev(),
        deployed(running),
        scaled(
          { type: 'Ready', status: 'False', reason: 'NotOwned', message: 'taken' },
          { type: 'SKSReady', status: 'False', reason: 'NotOwned', message: 'taken' }
        )
      ],
      key: 'default/hello-00001',
      writes: [
        ...follows,
        conditions(
          { type: 'Active', status: 'False', reason: 'NotOwned' },
          {},
          { type: 'Ready', status: 'False', reason: 'NotOwned', message: 'taken' },
          { type: 'ResourcesAvailable', status: 'False', reason: 'NotOwned', message: 'taken' }
        )
      ]
    }
  ])
})

const refused = 'connection refused'
const witness = (probe: string): Witness => ({
  of: () => ({ evidence: { warnings: [], probe, output: '' }, afterMs: 3_000 }),
  forget: () => undefined
})

describe('a Revision whose pods have been asked', () => {
  reconcileTable(one('revision', undefined, witness(refused)), [
    {
      name: 'says what the probe found while the port may still open',
      world: [...settledWorld(), rev(), deployed(running), queued, podOf({ state: { running: {} } })],
      key: 'default/hello-00001',
      outcome: again(3_000),
      writes: [
        ...follows,
        conditions(
          {},
          { type: 'ContainerHealthy', status: 'Unknown', reason: 'Deploying' },
          { type: 'Ready', status: 'Unknown', reason: 'Deploying', message: `Readiness probe failed: ${refused}` },
          { type: 'ResourcesAvailable', status: 'Unknown', reason: 'Deploying', message: `Readiness probe failed: ${refused}` }
        )
      ]
    },
    {
      name: 'says what the probe found when a port never opens',
      world: [...settledWorld(), rev(), deployed(overdue), queued, podOf({ state: { running: {} } })],
      key: 'default/hello-00001',
      outcome: again(3_000),
      writes: [
        ...failing,
        conditions(
          {},
          {},
          { type: 'Ready', status: 'False', reason: 'ProgressDeadlineExceeded' },
          { type: 'ResourcesAvailable', status: 'False', message: `${set} Readiness probe failed: ${refused}` }
        )
      ]
    }
  ])
})
