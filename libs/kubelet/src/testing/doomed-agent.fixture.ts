/**
 * A process with a node agent and one pod, to be killed. Arguments: network mode, image directory, state directory, and, to run something else than
 * dev.local/stray, an image and the store that has it. Prints `ready` when the pod is.
 * The API server is the least that an agent can live with: one pod, and watches in which nothing happens.
 */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { ApiError, type KubeClient } from '@knative-ts/kube'
import { once } from 'node:events'
import { startKubelet } from '../kubelet.ts'

const [mode, images, stateDirectory, image = 'dev.local/stray', imageStore] = process.argv.slice(2) as [
  'netns' | 'loopback',
  string,
  string,
  string | undefined,
  string | undefined
]
const pod: k8s.Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'default', name: 'left', uid: 'uid-of-left', resourceVersion: '1' },
  spec: {
    nodeName: 'here',
    containers: [
      {
        name: 'a',
        image,
        ...(imageStore === undefined
          ? { readinessProbe: { tcpSocket: { port: 8080 } } }
          : { volumeMounts: [{ name: 'v', mountPath: '/v' }] })
      }
    ],
    volumes: [{ name: 'v', emptyDir: {} }]
  }
}
const absent = new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'NotFound', code: 404 })
const client = {
  get: () => Promise.reject(absent),
  list: ({ plural }: { plural: string }) => Promise.resolve({ items: plural === 'pods' ? [pod] : [], resourceVersion: '1' }),
  create: (_: unknown, object: KubeObject) => Promise.resolve(object),
  patch: (_: unknown, __: unknown, patch: { body: k8s.Pod }) => {
    const ready = patch.body.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
    if (patch.body.status?.podIP !== undefined && ready === true) console.log('ready')
    return Promise.resolve(patch.body)
  },
  async *watch(_: unknown, { signal }: { signal: AbortSignal }) {
    await once(signal, 'abort')
    yield* []
  }
} as unknown as KubeClient

await startKubelet({
  client,
  nodeName: 'here',
  stateDirectory,
  network: mode,
  imageRoots: [images],
  systemImages: {},
  ...(imageStore === undefined ? {} : { imageStore }),
  apiServer: { port: 1, caPem: '' },
  issueToken: () => Promise.resolve('token'),
  log: { debug: () => undefined, info: () => undefined, warn: console.error, error: console.error },
  nodeBinary: process.execPath
})
