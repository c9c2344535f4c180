/** Everything that the autoscaler role sees of a cluster with many revisions: objects behind a real socket, pods that answer, an activator. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serverlessServices, type ServerlessService } from '@knative-ts/api'
import { deployments, pods, type Deployment, type Pod } from '@knative-ts/api/kubernetes'
import { freePort } from '@knative-ts/kubelet/free-port'
import { deployment, pod, podAutoscaler } from '@knative-ts/testing/builders'
import { startFakeApiServer } from '@knative-ts/testing/fake-api-server'
import { fakeCluster, type FakeCluster } from '@knative-ts/testing/fake-cluster'
import { bearer, dialGrpc, stats } from '@knative-ts/wire'
import { root } from '../../rig/root.ts'
import { until } from '../../rig/until.ts'
import { startRole, type Role } from './role.ts'

const system = 'knative-serving'
const activator = `system:serviceaccount:${system}:activator`
const token = `x.${Buffer.from(JSON.stringify({ sub: activator })).toString('base64url')}.x`
/** Where pods are asked for their statistics. */
const statPort = 9_090

export interface AutoscalerWorld {
  readonly role: Role
  readonly revisions: readonly string[]
  /** Replicas that the revision's Deployment is told to have. */
  replicas(revision: string): number
  /** Tells the autoscaler what an activator has of a revision. */
  report(revision: string, concurrency: number): void
  /** Takes all pods away: as if every revision had been scaled to zero. */
  sleep(): void
  /** How often pods were asked since the start. */
  asked(): number
  close(): Promise<void>
}

const nameOf = (index: number): string => `revision-${String(index).padStart(4, '0')}-00001`
const labelsOf = (name: string): Record<string, string> => ({ 'serving.knative.dev/revision': name, 'serving.knative.dev/service': name })
const addressOf = (index: number): string => `127.77.${index >> 8}.${index & 255}`

const podOf = (name: string, index: number): Pod =>
  pod({
    metadata: { name: `${name}-pod`, namespace: 'default', labels: labelsOf(name), creationTimestamp: '2030-01-01T00:00:00Z' },
    status: { phase: 'Running', podIP: addressOf(index), conditions: [{ type: 'Ready', status: 'True' }] }
  })

const config = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: system },
  data
})

/** Starts the bundle of the autoscaler in a world of `count` revisions, each with one pod; resolves when all of them are decided about. */
export async function startAutoscalerWorld(count: number): Promise<AutoscalerWorld> {
  const revisions = Array.from({ length: count }, (_, index) => nameOf(index))
  const cluster = fakeCluster({
    now: () => Date.now(),
    objects: [
      config('config-deployment', { 'queue-sidecar-image': 'dev.local/queue' }),
      config('config-autoscaler', {}),
      ...revisions.flatMap((name, index) => [
        podAutoscaler({
          metadata: { name, uid: name, labels: labelsOf(name) },
          spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `${name}-deployment` } }
        }),
        deployment({ metadata: { name: `${name}-deployment`, labels: labelsOf(name) }, spec: { replicas: 1 } }),
        podOf(name, index)
      ])
    ]
  })
  const answering = await servePods(count)
  const api = await startFakeApiServer({ cluster, intercept: reviewTokens })
  const directory = await mkdtemp(join(tmpdir(), 'autoscaler-'))
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigOf(api.url))
  const statsPort = await freePort()
  const env = {
    KUBECONFIG: kubeconfig,
    POD_NAME: 'autoscaler-1',
    POD_IP: '127.0.0.1',
    // As the role's image has it.
    MALLOC_ARENA_MAX: '1',
    STATS_HOST: '127.0.0.1',
    STATS_PORT: String(statsPort)
  }
  const role = await startRole('autoscaler', { env, nodeFlags: await nodeFlagsOf('autoscaler') })
  const client = dialGrpc(stats.StatIntakeClient, `127.0.0.1:${statsPort}`)
  const call = client.report(bearer(token))
  call.on('data', () => undefined)
  // It ends with the autoscaler.
  call.on('error', () => undefined)
  await until('every revision has its ServerlessService', async () => serveAll(cluster) === count, 120_000, 500)
  return {
    role,
    revisions,
    replicas: (name) => cluster.find<Deployment>(deployments, { namespace: 'default', name: `${name}-deployment` })?.spec?.replicas ?? -1,
    report: (name, concurrency) => {
      const stat = { ...stats.Stat.create(), podName: 'activator-1', averageConcurrentRequests: concurrency, requestCount: concurrency }
      call.write({ messages: [{ namespace: 'default', name, stat }], told: [], final: false })
    },
    sleep: () => {
      for (const target of cluster.all<Deployment>(deployments)) cluster.put({ ...target, spec: { ...target.spec, replicas: 0 } as never })
      for (const one of cluster.all<Pod>(pods)) cluster.remove(one)
    },
    asked: () => answering.asked(),
    close: async () => {
      call.cancel()
      client.close()
      await role.stop()
      await api.kill()
      await answering.close()
      await rm(directory, { recursive: true, force: true })
    }
  }
}

/** As the role's image starts it. */
async function nodeFlagsOf(role: string): Promise<readonly string[]> {
  const { bundle } = JSON.parse(await readFile(join(root, 'apps', role, 'package.json'), 'utf8')) as { bundle: { nodeFlags: string[] } }
  return bundle.nodeFlags
}

/** What the controller does with ServerlessServices; how many there are. */
function serveAll(cluster: FakeCluster): number {
  const all = cluster.all<ServerlessService>(serverlessServices)
  const at = new Date().toISOString()
  for (const sks of all) {
    if (sks.status?.privateServiceName !== undefined) continue
    const name = sks.metadata.name ?? ''
    const ready = (type: string) => ({ type, status: 'True' as const, lastTransitionTime: at })
    const conditions = [ready('ActivatorEndpointsPopulated'), ready('EndpointsPopulated'), ready('Ready')]
    cluster.put<ServerlessService>({
      ...sks,
      status: { observedGeneration: 1, serviceName: name, privateServiceName: `${name}-private`, conditions }
    })
  }
  return all.length
}

/** Every pod of every revision, each at its own loopback address. */
async function servePods(count: number): Promise<{ asked(): number; close(): Promise<void> }> {
  let asked = 0
  const idle = Buffer.from(stats.Stat.encode({ ...stats.Stat.create(), podName: 'pod', processUptime: 1_000 }).finish())
  const answer = (_request: IncomingMessage, response: ServerResponse): void => {
    asked++
    response.writeHead(200, { 'content-type': 'application/protobuf', 'content-length': String(idle.length) })
    response.end(idle)
  }
  const servers: Server[] = []
  for (let index = 0; index < count; index++) {
    const server = createServer({ keepAliveTimeout: 0 }, answer).listen(statPort, addressOf(index))
    servers.push(server)
    await once(server, 'listening')
  }
  const end = (server: Server): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {
    asked: () => asked,
    close: async () => {
      await Promise.all(servers.map(end))
    }
  }
}

/** The bench's own token is an activator's. */
async function reviewTokens(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (request.method !== 'POST' || !(request.url ?? '').includes('/tokenreviews')) return false
  request.resume()
  await once(request, 'end')
  const status = { authenticated: true, user: { username: activator } }
  response.writeHead(201, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: {}, spec: {}, status }))
  return true
}

const kubeconfigOf = (server: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    clusters: [{ name: 'bench', cluster: { server } }],
    users: [{ name: 'bench', user: {} }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }]
  })
