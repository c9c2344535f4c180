/** A Service over its life: a second revision, a failure with its words up to the Service, and deletion. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  configurations,
  ingresses,
  knativeServices,
  podAutoscalers,
  readyOf,
  revisions,
  routes,
  routesAnnotation,
  routingStateLabel,
  serverlessServices,
  type Resource,
  type Service
} from '@knative-ts/api'
import { deployments, services } from '@knative-ts/api/kubernetes'
import { eventually, fakeCluster, keptLog, pod, revision, service, type FakeCluster } from '@knative-ts/testing'
import { dialGrpc, routing } from '@knative-ts/wire'
import { Controller } from '../controller.ts'
import { autoscalerStarts, podBecomesReady, settledWorld } from './stand-ins.ts'

const config = {
  podName: 'controller-1',
  identity: 'controller-1_1',
  systemNamespace: 'knative-serving',
  electionConfig: 'config-leader-election',
  serviceAccountDirectory: '/none',
  clusterDomain: 'cluster.local',
  routing: { host: '127.0.0.1', port: 0 }
}
const of = (image: string): Service =>
  service({
    spec: {
      template: { metadata: {}, spec: { timeoutSeconds: 300, containers: [{ name: 'user-container', image }] } },
      traffic: [{ latestRevision: true, percent: 100 }]
    }
  })

describe('a Service', () => {
  let cluster: FakeCluster
  let controller: Controller
  let leave: () => void

  beforeEach(async () => {
    cluster = fakeCluster({ objects: settledWorld(), garbageCollection: true })
    controller = new Controller({ client: cluster.client, config, log: keptLog(), admit: () => Promise.resolve(undefined) })
    await controller.start()
    await eventually(() => controller.isLeading())
    const client = dialGrpc(routing.RoutingClient, `127.0.0.1:${controller.routingPort}`)
    const call = client.follow()
    call.on('data', ({ sequence }: routing.RoutingUpdate) => call.write({ gateway: 'g', address: '', appliedSequence: sequence }))
    call.on('error', () => undefined)
    call.write({ gateway: 'g', address: '', appliedSequence: 0 })
    leave = () => {
      call.cancel()
      client.close()
    }
  })
  afterEach(async () => {
    leave()
    await controller.drain()
    await controller.stop()
  })

  const current = () => cluster.find(knativeServices, 'default/hello')
  const ready = () => readyOf(current() ?? { metadata: {} })
  const start = async (revision: string): Promise<void> => {
    const autoscaler = await eventually(() => cluster.find(podAutoscalers, `default/${revision}`), `PodAutoscaler ${revision}`)
    await autoscalerStarts(cluster.client, autoscaler)
    await eventually(() => cluster.find(services, `default/${revision}-private`), 'a private Service')
  }
  const serve = async (revision: string): Promise<void> => {
    await start(revision)
    await podBecomesReady(cluster, 'default', revision)
    await eventually(() => ready()?.status === 'True' && current()?.status?.latestReadyRevisionName === revision, `${revision} served`)
  }
  const change = async (image: string): Promise<void> => {
    const before = await cluster.client.get(knativeServices, { namespace: 'default', name: 'hello' })
    await cluster.client.update(knativeServices, { ...before, spec: of(image).spec })
  }

  it('moves to a second revision, and lets the first one rest', async () => {
    await cluster.client.create(knativeServices, of('dev.local/one'))
    await serve('hello-00001')
    await change('dev.local/two')
    await serve('hello-00002')
    expect(current()?.status?.traffic).toEqual([{ revisionName: 'hello-00002', latestRevision: true, percent: 100 }])
    const state = (name: string) => cluster.find(revisions, `default/${name}`)?.metadata.labels?.['serving.knative.dev/routingState']
    await eventually(() => state('hello-00001') === 'reserve')
    expect(state('hello-00002')).toBe('active')
    await eventually(() => cluster.find(podAutoscalers, 'default/hello-00001')?.spec.reachability === 'Unreachable')
  })

  it('lets a revision rest that is born after the Route that does not lead to it has failed', async () => {
    const { spec, ...rest } = of('dev.local/one')
    await cluster.client.create(knativeServices, { ...rest, spec: { ...spec, traffic: [{ revisionName: 'hello-nope', percent: 100 }] } })
    await eventually(() => readyOf(cluster.find(routes, 'default/hello') ?? { metadata: {} })?.status === 'False', 'the Route has failed')
    const labels = { [routingStateLabel]: 'active' }
    const annotations = { [routesAnnotation]: 'hello' }
    await cluster.client.create(revisions, revision({ metadata: { name: 'late', namespace: 'default', labels, annotations } }))
    const late = () => cluster.find(revisions, 'default/late')?.metadata
    await eventually(() => late()?.labels?.[routingStateLabel] === 'reserve', 'the late revision rests')
    expect(late()?.annotations?.[routesAnnotation]).toBeUndefined()
  })

  it('keeps serving the first revision while the second crashes, and says in its own words why', async () => {
    await cluster.client.create(knativeServices, of('dev.local/one'))
    await serve('hello-00001')
    await change('dev.local/broken')
    await start('hello-00002')
    const { uid = '' } = cluster.find(revisions, 'default/hello-00002')?.metadata ?? {}
    cluster.put(
      pod({
        metadata: {
          name: 'hello-00002-deployment-1-x',
          labels: { 'serving.knative.dev/revisionUID': uid, 'serving.knative.dev/revision': 'hello-00002' }
        },
        status: {
          phase: 'Running',
          containerStatuses: [
            {
              name: 'user-container',
              image: '',
              imageID: '',
              ready: false,
              restartCount: 2,
              lastState: { terminated: { exitCode: 7, message: 'no database at db:5432' } }
            }
          ]
        }
      })
    )
    await eventually(() => ready()?.status === 'False')
    expect(ready()).toMatchObject({
      reason: 'RevisionFailed',
      message: expect.stringMatching(
        /^Revision "hello-00002" failed with message: Container failed with: no database at db:5432\. It ended with exit code 7: /
      )
    })
    expect(current()?.status).toMatchObject({
      latestCreatedRevisionName: 'hello-00002',
      latestReadyRevisionName: 'hello-00001',
      traffic: [{ revisionName: 'hello-00001' }]
    })
  })

  it('leaves nothing when it is deleted', async () => {
    await cluster.client.create(knativeServices, of('dev.local/one'))
    await serve('hello-00001')
    await cluster.client.delete(knativeServices, { namespace: 'default', name: 'hello' })
    const kinds: readonly Resource[] = [
      knativeServices,
      configurations,
      routes,
      revisions,
      podAutoscalers,
      serverlessServices,
      ingresses,
      deployments,
      services
    ]
    for (const resource of kinds) await eventually(() => cluster.all(resource).length === 0, `no ${resource.kind} left`)
    expect(kinds.flatMap((resource) => cluster.all(resource))).toEqual([])
  })
})
