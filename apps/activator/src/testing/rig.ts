import { Agent, request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import type { KubeObject, Revision } from '@knative-ts/api'
import { createServer, type Server } from '@knative-ts/proxy'
import { eventually, fakeCluster, keptLog, revision, type FakeCluster } from '@knative-ts/testing'
import type { HoldLimits } from '@knative-ts/throttling'
import type { Log } from '@knative-ts/telemetry/logger'
import { createActivator, type Activator } from '../activator.ts'
import type { ActivatorTelemetry } from '../telemetry/activator-telemetry.ts'
import { FakeAutoscaler } from './fake-autoscaler.ts'
import { FakePod } from './fake-pod.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Ask {
  readonly method?: string
  readonly path?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
  readonly signal?: AbortSignal
}

/** What the gateway sends with every request of revision `default/hello-00001`. */
export const revisionHeaders = { 'Knative-Serving-Namespace': 'default', 'Knative-Serving-Revision': 'hello-00001' }

/** An activator over a fake cluster, with real sockets on both sides. */
export class Rig {
  readonly cluster: FakeCluster
  readonly autoscaler = new FakeAutoscaler()
  readonly log = keptLog()
  activator!: Activator
  server!: Server
  port = 0
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1_000 })
  readonly #pods: FakePod[] = []

  private constructor(objects: readonly KubeObject[]) {
    this.cluster = fakeCluster({ objects })
  }

  /** Serves one revision, `default/hello-00001`, and reports to one autoscaler. */
  static async start(
    spec: Partial<Revision['spec']> = {},
    options: {
      readonly autoscaler?: boolean
      readonly holding?: Partial<HoldLimits>
      readonly requests?: number
      readonly more?: readonly KubeObject[]
      readonly telemetry?: Pick<ActivatorTelemetry, 'observers' | 'failed'>
    } = {}
  ): Promise<Rig> {
    const rig = new Rig([revision({ spec: spec as never }), ...(options.more ?? [])])
    if (options.autoscaler !== false) {
      await rig.autoscaler.open()
      rig.cluster.put(rig.autoscaler.slice())
    }
    rig.activator = createActivator({
      client: rig.cluster.client,
      podName: 'activator-1',
      podIp: '10.88.0.9',
      systemNamespace: 'knative-serving',
      clusterDomain: 'cluster.local',
      statsPatienceMs: 0,
      token: () => Promise.resolve('word'),
      limits: {
        holding: { totalBytes: 2 ** 30, revisionBytes: 2 ** 30, revisionRequests: 10_000, ...options.holding },
        requests: options.requests ?? 100_000
      },
      random: Math.random,
      log: rig.log as unknown as Log,
      ...(options.telemetry === undefined ? {} : { observers: options.telemetry.observers })
    })
    await rig.activator.start()
    const { failed } = options.telemetry ?? {}
    rig.server = createServer({ handler: rig.activator.handler, trunks: true, ...(failed === undefined ? {} : { onFailure: failed }) })
    rig.port = (await rig.server.listen({ host: '127.0.0.1', port: 0 })).port
    if (options.autoscaler !== false) await eventually(() => rig.activator.link.connected === 1, 'the stream to the autoscaler')
    return rig
  }

  /** A pod of the revision that listens; the cluster knows it. */
  async pod(name: string, port?: number): Promise<FakePod> {
    const pod = await this.silentPod(name).open(port)
    this.cluster.put(pod.object())
    return pod
  }

  /** A pod that neither listens nor is known to the cluster. */
  silentPod(name: string): FakePod {
    const pod = new FakePod(name)
    this.#pods.push(pod)
    return pod
  }

  /** Waits until requests may go to exactly these pods. */
  async serving(...pods: readonly FakePod[]): Promise<void> {
    const wanted = pods.map(({ ip }) => `${ip}:8012`).sort()
    await eventually(() => this.throttler.pods.join() === wanted.join(), `pods ${wanted.join()}`)
  }

  get throttler() {
    const entry = this.activator.revisions.get({ namespace: 'default', name: 'hello-00001' })
    if (entry === undefined) throw new Error('the revision is not known')
    return entry.throttler
  }

  /** One request, as the gateway would send it. */
  ask({ method = 'GET', path = '/', headers = revisionHeaders, body, signal }: Ask = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port, method, path, headers, agent: this.#agent }
      const request = httpRequest({ ...options, ...(signal === undefined ? {} : { signal }) }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
        response.on('error', reject)
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  async close(): Promise<void> {
    this.#agent.destroy()
    await this.server.close()
    this.activator.stop()
    for (const pod of this.#pods) pod.kill()
    await this.autoscaler.close()
  }
}
