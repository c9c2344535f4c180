/** A node agent over a fake cluster, with a directory of images, for component tests. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { events, pods } from '@knative-ts/api/kubernetes'
import type { KubeClient } from '@knative-ts/kube'
import { eventually, type FakeCluster, fakeCluster, keptLog } from '@knative-ts/testing'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kubelet, startKubelet } from '../kubelet.ts'
import type { BackOffPolicy } from '../pod/restart-back-off.ts'

/** What a test may look at and do. */
export interface AgentUnderTest {
  readonly cluster: FakeCluster
  readonly kubelet: Kubelet
  readonly log: ReturnType<typeof keptLog>
  readonly directory: string
  /** Makes the package `dev.local/NAME` with these files. */
  image(name: string, files: Readonly<Record<string, string>>): void
  /** Creates a pod through the client, as a user would. */
  run(name: string, spec: Partial<k8s.PodSpec> & Pick<k8s.PodSpec, 'containers'>, metadata?: k8s.ObjectMeta): Promise<void>
  pod(name: string): k8s.Pod | undefined
  /** Waits until the pod satisfies `condition`, and gives it. */
  when(name: string, what: string, condition: (pod: k8s.Pod) => boolean, deadlineMs?: number): Promise<k8s.Pod>
  /** Messages of the events of one reason. */
  events(reason: string): string[]
  stop(): Promise<void>
}

const apiServerPort = 1

/** Binding is the one request that the fake cluster does not know. */
function withBinding(cluster: FakeCluster): KubeClient {
  const { client } = cluster
  return new Proxy(client, {
    get(target, property) {
      if (property !== 'raw') {
        const member = target[property as keyof KubeClient] as unknown as (...args: unknown[]) => unknown
        return member.bind(target)
      }
      return async (request: { readonly path: string; readonly body: string }) => {
        const [, namespace, name] = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/binding$/.exec(request.path) as RegExpExecArray
        const binding = JSON.parse(request.body) as { target: { name: string } }
        const key = { namespace: namespace as string, name: name as string }
        await client.patch(pods, key, { type: 'merge', body: { spec: { nodeName: binding.target.name } } })
        return { status: 201, headers: {}, body: '{}' }
      }
    }
  })
}

/** Starts one. With `on`, a second life on the first one's cluster and directory. */
export async function agentUnderTest(
  mode: 'netns' | 'loopback',
  options: {
    readonly backOff?: BackOffPolicy
    readonly pullBackOff?: BackOffPolicy
    readonly on?: AgentUnderTest
    readonly docker?: string
  } = {}
): Promise<AgentUnderTest> {
  const cluster = options.on?.cluster ?? fakeCluster({ now: () => Date.now() })
  const directory = options.on?.directory ?? mkdtempSync(join(tmpdir(), 'kubelet-'))
  const images = join(directory, 'images')
  mkdirSync(images, { recursive: true })
  const log = keptLog()
  const kubelet = await startKubelet({
    client: withBinding(cluster),
    nodeName: 'here',
    stateDirectory: join(directory, 'state'),
    network: mode,
    imageRoots: [images],
    imageStore: join(directory, 'store'),
    systemImages: {},
    apiServer: { port: apiServerPort, caPem: 'the certificate' },
    issueToken: (pod, account, audience, seconds) =>
      Promise.resolve(`token of ${account} for ${audience ?? 'the API server'}, ${pod.name}, ${seconds} s`),
    log,
    backOff: options.backOff ?? { initialMs: 60, maxMs: 240 },
    pullBackOff: options.pullBackOff ?? options.backOff ?? { initialMs: 60, maxMs: 240 },
    ...(options.docker !== undefined && { docker: options.docker }),
    nodeBinary: process.execPath,
    evictionIntervalMs: 200
  })
  const agent: AgentUnderTest = {
    cluster,
    kubelet,
    log,
    directory,
    image(name, files) {
      const at = join(images, name)
      mkdirSync(at, { recursive: true })
      for (const [file, content] of Object.entries(files)) writeFileSync(join(at, file), content)
    },
    async run(name, spec, metadata = {}) {
      const pod: k8s.Pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: 'default', name, ...metadata },
        spec: { restartPolicy: 'Always', ...spec }
      }
      await cluster.client.create(pods, pod)
    },
    pod: (name) => cluster.find(pods, `default/${name}`),
    async when(name, what, condition, deadlineMs = 60_000) {
      try {
        return await eventually(
          () => {
            const pod = agent.pod(name)
            return pod !== undefined && condition(pod) ? pod : undefined
          },
          `${what} of pod ${name}`,
          deadlineMs
        )
      } catch (error) {
        const logged = log.lines.map(({ fields, message }) => [message, String((fields as { error?: unknown }).error)])
        throw new Error(`${what} did not come: ${JSON.stringify({ status: agent.pod(name)?.status, logged })}`, { cause: error })
      }
    },
    events: (reason) => cluster.all(events).flatMap((event) => (event.reason === reason ? [event.message ?? ''] : [])),
    async stop() {
      await kubelet.stop(500)
      rmSync(directory, { recursive: true, force: true })
    }
  }
  return agent
}

/** True when the pod's Ready condition is. */
export const isReady = (pod: k8s.Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
