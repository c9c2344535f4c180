/** The one place where the transcripts get their cluster from: API server, built-in controllers and node agent in this process. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApiServer } from '@knative-ts/apiserver'
import { startControllers } from '@knative-ts/apiserver/controllers'
import { cleanUp, openNetwork, startKubelet } from '@knative-ts/kubelet'
import { keptLog } from '@knative-ts/testing/kept-log'
import { podStreamsOf } from '../../apps/standalone/src/pod-streams.ts'
import { servedResources } from '../../apps/standalone/src/resource-types.ts'

export interface Cluster {
  /** A directory of the test's own, with `kubeconfig`; manifests may be written into it. Also kubectl's home. */
  readonly directory: string
  readonly kubeconfig: string
  /** What the server logged as a defect. */
  defects(): readonly string[]
  close(): Promise<void>
}

/** The image `dev.local/greeter`: says hello each second, answers HTTP on PORT, ends at SIGTERM. */
const GREETER = `
import { createServer } from 'node:http'
const greeting = process.env.GREETING ?? 'hello'
console.log(greeting + ' from the log')
createServer((_request, response) => response.end(greeting)).listen(Number(process.env.PORT ?? 8080))
process.on('SIGTERM', () => process.exit(0))
`

export interface ClusterOptions {
  /** Make volumes for claims, which also brings a default StorageClass: the recorded cluster has none. */
  readonly volumes?: boolean
  /** Programs beside `greeter`: the image `dev.local/NAME` by its only module. */
  readonly images?: Readonly<Record<string, string>>
}

const STOP_GRACE_MS = 1_000

/** Starts everything on free ports, ephemeral, in loopback mode (no privilege needed). */
export async function startCluster({ volumes = false, images = {} }: ClusterOptions = {}): Promise<Cluster> {
  const directory = await mkdtemp(join(tmpdir(), 'kubectl-'))
  const log = keptLog()
  const stateDirectory = join(directory, 'node')
  for (const [name, program] of Object.entries({ greeter: GREETER, ...images })) {
    const image = join(directory, 'images', name)
    await mkdir(image, { recursive: true })
    await writeFile(join(image, 'package.json'), JSON.stringify({ name, type: 'module', main: 'main.js' }))
    await writeFile(join(image, 'main.js'), program)
  }
  const network = await openNetwork({ mode: 'loopback', stateDirectory, log })
  const api = await startApiServer({
    port: 0,
    listen: [],
    serviceCidr: network.network.facts.serviceRange,
    onFatal: (error) => log.error({ error }, 'the store failed'),
    log
  })
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, api.adminKubeconfig, { mode: 0o600 })
  const stopping = new AbortController()
  const controllers = await startControllers({
    client: api.clientFor(api.admin, 'kube-controller-manager'),
    log,
    signal: stopping.signal,
    options: {
      rootCaPem: api.caPem,
      ...(volumes ? { volumeDirectory: join(directory, 'volumes') } : {}),
      ...servedResources(api)
    }
  })
  const node = await startKubelet({
    client: api.clientFor(api.admin, 'kubelet'),
    nodeName: 'here',
    stateDirectory,
    network,
    imageRoots: [join(directory, 'images')],
    systemImages: {},
    apiServer: { port: api.port, caPem: api.caPem },
    issueToken: (pod, name, _audience, expirationSeconds) =>
      api
        .issueToken({ namespace: pod.namespace, name }, { expirationSeconds, pod: { name: pod.name, uid: pod.uid } })
        .then(({ token }) => token),
    log,
    nodeBinary: process.execPath
  })
  api.setPodStreams(podStreamsOf(node.podStreams))
  api.setUsage(node.usage)
  return {
    directory,
    kubeconfig,
    defects: () =>
      log.lines
        .filter(({ message }) => message.includes('defect of the server'))
        .map(({ message, fields }) => `${message} ${String((fields as { err?: unknown }).err)}`),
    close: async () => {
      stopping.abort()
      await controllers.stopped
      await node.stop(STOP_GRACE_MS)
      await api.close()
      await cleanUp(stateDirectory)
      await rm(directory, { recursive: true, force: true })
    }
  }
}
