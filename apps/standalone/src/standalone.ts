/** One machine: API server, built-in controllers and node agent in this process, the roles as its pods. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApiServer, type ApiServer } from '@knative-ts/apiserver'
import { startControllers } from '@knative-ts/apiserver/controllers'
import { gatewayIngressClass, issuerCertificateClass, parts } from '@knative-ts/api/system'
import { cleanUp, openNetwork, startKubelet, type Kubelet, type NetworkFacts } from '@knative-ts/kubelet'
import { registryAccess } from '@knative-ts/registry'
import type { Log } from '@knative-ts/telemetry/logger'
import type { Announce } from './announcer.ts'
import { freePort } from './free-port.ts'
import type { StandaloneOptions } from './options.ts'
import { gatewayAnswers, rolesReady } from './readiness.ts'
import { podStreamsOf } from './pod-streams.ts'
import { openRegistryEgress } from './registry-egress.ts'
import { servedResources } from './resource-types.ts'
import { roleImage, roleImages } from './role-images.ts'
import { abandonedStates, openState, type StateDirectories } from './state.ts'
import { applySystem } from './system.ts'

/** Milliseconds that pods get to end when everything stops. */
const stopGraceMs = 2_000
/** Milliseconds after which a start says what it waits for, again and again. */
const waitingEveryMs = 15_000
const version = '0.1.0'

export interface Standalone {
  stop(reason: string): Promise<void>
}

export interface Surroundings {
  readonly announce: Announce
  readonly log: Log
  /** Directory of the built deployables. */
  readonly appsDirectory: string
  /** Nothing can be stored any more: the process had better end. */
  readonly onFatal: (error: Error) => void
  /** Aborted when somebody wants it to end: a start under way gives up at its next step, and everything is undone. */
  readonly signal: AbortSignal
}

/** Starts everything; resolves when the gateway answers. What has been started is stopped again when a later step fails. */
export async function startStandalone(options: StandaloneOptions, surroundings: Surroundings): Promise<Standalone> {
  const began = performance.now()
  const { announce, log } = surroundings
  const undo: (() => Promise<unknown>)[] = []
  const unwind = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) {
      await step().catch((error: unknown) => log.error({ error }, 'a step of the shutdown failed; going on with the next'))
    }
  }
  announce({ event: 'starting', dataDirectory: options.dataDirectory ?? null })
  try {
    await start(options, surroundings, undo, began)
  } catch (error) {
    await unwind()
    throw inWords(error, options.dataDirectory)
  }
  let stopping: Promise<void> | undefined
  const stop = async (reason: string): Promise<void> => {
    const from = performance.now()
    announce({ event: 'stopping', reason })
    await unwind()
    log.info({ reason }, 'stopped')
    announce({ event: 'stopped', ms: Math.round(performance.now() - from) })
  }
  return { stop: (reason) => (stopping ??= stop(reason)) }
}

async function start(
  options: StandaloneOptions,
  { announce, log, appsDirectory, onFatal, signal }: Surroundings,
  undo: (() => Promise<unknown>)[],
  began: number
): Promise<void> {
  const elapsed = (): number => Math.round(performance.now() - began)
  const systemImages = roleImages(appsDirectory, options.parts)
  for (const abandoned of await abandonedStates()) {
    await cleanUp(join(abandoned, 'node'))
    await rm(abandoned, { recursive: true, force: true })
  }
  // Before anything looks into it: who cleans up behind a run that still lives would end that run's pods.
  const state = await openState(options.dataDirectory)
  undo.push(state.close)
  signal.throwIfAborted()
  // Before the ports are looked at: the gateway that a killed run left behind still listens on this one's.
  const left = await cleanUp(state.node)
  if (left > 0) log.info({ processes: left }, 'ended processes that an earlier run had left behind')
  const [gatewayPort, apiPort] = await Promise.all([freePort(options.gatewayPort, 'gateway-port'), freePort(options.apiPort, 'api-port')])
  const httpsPort = options.gatewayHttpsPort === undefined ? undefined : await freePort(options.gatewayHttpsPort, 'gateway-https-port')
  // A start that could never have worked leaves no directory behind; from here on there is something to keep.
  state.keep()

  const network = await openNetwork({ mode: options.network, stateDirectory: state.node, log })
  let closeNetwork: () => Promise<unknown> = () => network.network.close()
  undo.push(() => closeNetwork())
  signal.throwIfAborted()
  const api = await startApiServer({
    ...(state.objects === undefined ? {} : { dataDirectory: state.objects }),
    port: apiPort,
    listen: [],
    serviceCidr: network.network.facts.serviceRange,
    onFatal,
    log
  })
  undo.push(() => api.close())
  const kubeconfig = await writeKubeconfig(state.root, api)
  announce({ event: 'api-server', url: api.url, kubeconfig, ms: elapsed() })

  const registries = await controllerEnvironment(options.registryEnvironment, network.network.facts, join(state.root, 'registry-egress'))
  undo.push(() => registries.close())
  const running = new AbortController()
  const served = servedResources(api)
  const client = api.clientFor(api.admin, 'kube-controller-manager')
  const node = startNode(options, api, network, systemImages, state, log)
  const volumeDirectory = join(state.root, 'volumes')
  const controllers = startControllers({
    client,
    log,
    signal: running.signal,
    options: { rootCaPem: api.caPem, volumeDirectory, ...served }
  })
  // In reverse: controllers first, so that nothing makes new pods while the node agent ends the old ones. It closes the network too.
  undo.push(async () => {
    const kubelet = await node
    closeNetwork = async () => undefined
    await kubelet.stop(stopGraceMs)
  })
  undo.push(async () => {
    running.abort()
    await (
      await controllers
    ).stopped
  })
  const applied = applySystem(client, served.resourceOf, options.parts, {
    version,
    image: roleImage(version),
    environment: { controller: registries.environment },
    gatewayHostPort: gatewayPort,
    ...(httpsPort === undefined ? {} : { gatewayHttpsHostPort: httpsPort }),
    configuration: {
      'config-domain': { localhost: '' },
      'config-network': {
        'ingress-class': gatewayIngressClass,
        'certificate-class': issuerCertificateClass,
        'default-external-port': String(gatewayPort),
        ...(httpsPort === undefined ? {} : { 'default-external-https-port': String(httpsPort) })
      }
    }
  })
  const streams = node.then((kubelet) => {
    api.setPodStreams(podStreamsOf(kubelet.podStreams))
    api.setUsage(kubelet.usage)
  })
  await unlessAborted(signal, Promise.all([controllers, streams, applied]))
  const missing = new Set<string>(options.parts.flatMap((part) => parts[part].roles))
  const ready = rolesReady(client, options.parts, log, running.signal, (role) => {
    missing.delete(role)
    announce({ event: 'role-ready', role, ms: elapsed() })
  })
  // Nobody must stare at a start that does not come to an end without knowing where to look.
  const reminder = setInterval(() => announce({ event: 'waiting', roles: [...missing], kubeconfig, ms: elapsed() }), waitingEveryMs)
  await unlessAborted(signal, ready).finally(() => clearInterval(reminder))
  while (options.parts.includes('serving') && !(await gatewayAnswers(gatewayPort))) {
    signal.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const gateway = gatewayPort === 80 ? 'http://localhost' : `http://localhost:${gatewayPort}`
  const https = httpsPort === undefined ? {} : { https: `https://localhost:${httpsPort}` }
  announce({ event: 'ready', gateway, ...https, kubeconfig, ms: elapsed() })
}

/** A disk may run full at any step of a start: the message must say whose disk, whichever write it was. */
function inWords(error: unknown, dataDirectory = tmpdir()): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new Error(`no space is left for the data directory ${dataDirectory} (${message}): free some space, or choose another directory`, {
    cause: error
  })
}

/** Rejects as soon as the signal aborts. What was awaited goes on, and what it comes to no longer matters: everything is being undone. */
async function unlessAborted<T>(signal: AbortSignal, awaited: Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([awaited, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

async function writeKubeconfig(directory: string, api: ApiServer): Promise<string> {
  const file = join(directory, 'kubeconfig')
  await mkdir(directory, { recursive: true })
  await writeFile(file, api.adminKubeconfig, { mode: 0o600 })
  return file
}

/** How the controller, which asks registries for digests, gets to them from its pod: as this machine does, or through this process. */
async function controllerEnvironment(
  given: Readonly<Record<string, string>>,
  facts: NetworkFacts,
  file: string
): Promise<{ readonly environment: Readonly<Record<string, string>>; close(): Promise<void> }> {
  if (facts.mode === 'loopback') return { environment: given, close: () => Promise.resolve() }
  const { HTTP_PROXY: _, HTTPS_PROXY: __, NO_PROXY: ___, ...authorities } = given
  const egress = await openRegistryEgress({ address: facts.hostAddress, file, proxies: registryAccess(given).proxies })
  // Registries that are pods of this cluster are reached without.
  return { environment: { ...authorities, REGISTRY_PROXY: egress.url, NO_PROXY: '.svc,.cluster.local' }, close: () => egress.close() }
}

function startNode(
  options: StandaloneOptions,
  api: ApiServer,
  network: Awaited<ReturnType<typeof openNetwork>>,
  systemImages: Readonly<Record<string, string>>,
  state: StateDirectories,
  log: Log
): Promise<Kubelet> {
  return startKubelet({
    client: api.clientFor(api.admin, 'kubelet'),
    nodeName: 'standalone',
    stateDirectory: state.node,
    network,
    imageRoots: options.imageRoots,
    imageStore: join(state.root, 'images'),
    ...(options.docker !== undefined && { docker: options.docker }),
    systemImages,
    registries: registryAccess(options.registryEnvironment),
    // Directly: a forwarder in this process would read and write every byte of every role a second time.
    apiServer: { port: api.port, caPem: api.caPem, listenAt: (host, port) => api.listenAt(host, port) },
    issueToken: (pod, serviceAccount, audience, expirationSeconds) =>
      api
        .issueToken(
          { namespace: pod.namespace, name: serviceAccount },
          {
            ...(audience === undefined || audience === '' ? {} : { audiences: [audience] }),
            expirationSeconds,
            pod: { name: pod.name, uid: pod.uid }
          }
        )
        .then(({ token }) => token),
    log,
    nodeBinary: process.execPath
  })
}
