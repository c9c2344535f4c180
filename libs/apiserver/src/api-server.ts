/** The API server as one thing: opens what it needs, listens, and closes in order. */
import { join } from 'node:path'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { KubeClient, UsageSource } from '@knative-ts/kube'
import { AdmissionPolicies } from './admission/admission-policies.ts'
import { AdmissionWebhooks } from './admission/admission-webhooks.ts'
import { readyEndpoints } from './admission/ready-endpoints.ts'
import { WebhookClient, type ResolveService } from './admission/webhook-client.ts'
import { followPolicies } from './admission/policy-status.ts'
import { Authenticator } from './auth/authenticator.ts'
import { Authorizer } from './auth/authorizer.ts'
import { ServiceAccountTokens } from './auth/service-account-tokens.ts'
import { authenticated, mastersGroup, type User } from './auth/user.ts'
import { bootstrap } from './bootstrap.ts'
import { renumberServices } from './builtin/renumber-services.ts'
import { ServiceAddresses } from './builtin/service-addresses.ts'
import { InProcessClient } from './client/in-process-client.ts'
import { Conversions } from './crd/conversions.ts'
import { CustomTypes } from './crd/custom-types.ts'
import { ensureApiServices, followApiServices } from './discovery/api-services.ts'
import { Documents } from './http/documents.http.ts'
import { Listener } from './http/listener.ts'
import type { ServerParts } from './http/server-parts.ts'
import { WATCH_LIMITS, type WatchLimits } from './http/watch-stream.ts'
import { RequestMetrics } from './metrics/request-metrics.ts'
import { kubeconfigOf } from './pki/kubeconfig.ts'
import { ensurePki } from './pki/pki.ts'
import { Registry } from './registry/registry.ts'
import type { Call, World } from './requests/call.ts'
import { remove } from './requests/delete.ts'
import type { PodStreams } from './requests/pod-streams.ts'
import { requestToken } from './requests/token.ts'
import type { FileLayer } from './store/file-layer.ts'
import type { ObjectStore } from './store/object-store.ts'
import { usageTypes } from './usage/usage-types.ts'
import { UsageStore } from './usage/usage-store.ts'
import { openStore } from './store/open-store.ts'

/** The part of a logger that the server uses: pino's shape. */
export interface Log {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

export interface ApiServerOptions {
  /** Where objects, keys and certificates are kept; absent: nowhere, all is forgotten at the end. */
  readonly dataDirectory?: string
  /** 0: any free port. */
  readonly port: number
  /** Addresses to listen on; 127.0.0.1 always is one. */
  readonly listen: readonly string[]
  /** The address by which pods reach the server. Default: the last of `listen`, or 127.0.0.1. */
  readonly advertise?: string
  /** Block of Service addresses. Default 10.96.0.0/16. */
  readonly serviceCidr?: string
  /** The store failed for good: nothing can be written any more, the process had better end. */
  readonly onFatal: (error: Error) => void
  readonly log: Log
  /** When a watcher that reads slowly is dropped. Default: 16 MiB behind, or 60 s without taking anything. */
  readonly watchLimits?: WatchLimits
  /** Changes that watches and lists of older versions can go back to. Default 20,000, never more than 64 MiB of JSON text. */
  readonly historySize?: number
  /** The disk under the objects; the real one unless a test says otherwise. */
  readonly files?: FileLayer
  /** Milliseconds since the epoch; for tests. */
  readonly clock?: () => number
}

export interface ApiServer {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string
  readonly port: number
  readonly caPem: string
  /** A kubeconfig (YAML) of a user who may do everything. */
  readonly adminKubeconfig: string
  readonly registry: Registry
  readonly store: ObjectStore
  /** A client inside this process, subject to the same admission, validation and authorization as everybody. `manager`: its field manager. */
  clientFor(user: User, manager?: string): KubeClient
  /** The admin's user. */
  readonly admin: User
  /** A kubeconfig for a user with a bearer token, at an address that its holder can reach. */
  kubeconfigFor(token: string, server?: string): string
  /** Issues a token for a service account, bound to a pod if one is named. Rejects with 404 when account or pod do not exist. */
  issueToken(
    account: { readonly namespace: string; readonly name: string },
    request?: TokenOptions
  ): Promise<{ readonly token: string; readonly expirationTimestamp: string }>
  /** Answers at one more address, the ClusterIP of Service `kubernetes`. Rejects with a sentence when it cannot listen there. */
  listenAt(host: string, port: number): Promise<void>
  /** Changes how webhooks find a Service; until then: its ready endpoints. */
  setResolveService(resolve: ResolveService): void
  /** Connects the node agent: logs, exec, attach, port-forward. */
  setPodStreams(streams: PodStreams | undefined): void
  /** Connects the node agent's measurements: from then on metrics.k8s.io is served. */
  setUsage(source: UsageSource | undefined): void
  close(): Promise<void>
}

export interface TokenOptions {
  readonly audiences?: readonly string[]
  readonly expirationSeconds?: number
  readonly pod?: { readonly name: string; readonly uid?: string }
}

const SERVICE_CIDR = '10.96.0.0/16'
const ISSUER = 'https://kubernetes.default.svc'
const ADMIN: User = authenticated({ name: 'kubernetes-admin', groups: [mastersGroup] })

/** Starts the server; resolves when it answers. Rejects with a sentence that says what to do: port taken, directory unwritable, store damaged. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { dataDirectory, log, clock = Date.now, serviceCidr = SERVICE_CIDR } = options
  const addresses = [...new Set(['127.0.0.1', ...options.listen])]
  const advertise = options.advertise ?? addresses.at(-1) ?? '127.0.0.1'
  const clusterIP = firstAddress(serviceCidr)
  const pki = await ensurePki({
    directory: dataDirectory === undefined ? undefined : join(dataDirectory, 'pki'),
    addresses: [...addresses, advertise, clusterIP]
  })
  const store = await openStore({
    directory: dataDirectory === undefined ? undefined : join(dataDirectory, 'store'),
    ...(options.files === undefined ? {} : { fs: options.files }),
    ...(options.historySize === undefined ? {} : { historySize: options.historySize }),
    onFatal: options.onFatal,
    onWarning: (error) => log.warn({ err: error }, 'the store could not be compacted; it goes on')
  })
  const closing = new AbortController()
  const onDefect = (error: unknown, what: string) => log.error({ err: error, what }, 'a request failed by a defect of the server')
  try {
    const registry = Registry.load()
    const tokens = new ServiceAccountTokens({ key: pki.serviceAccountKey, issuer: ISSUER, audience: ISSUER, now: clock })
    let resolve: ResolveService = readyEndpoints(store)
    const webhookClient = new WebhookClient((namespace, name, port) => resolve(namespace, name, port))
    const addressesOfServices = new ServiceAddresses(serviceCidr)
    const moved = await renumberServices(store, serviceCidr)
    if (moved > 0)
      log.info({ services: moved, range: serviceCidr }, 'Services got new cluster addresses: the range is another one than last time')
    addressesOfServices.restore(store.list('/services'))
    const customTypes = new CustomTypes(store, registry, clock, (error) => onDefect(error, 'emptying a custom resource'))
    const authorizer = new Authorizer(store)
    let firstRevision = 0
    const conversions = new Conversions(webhookClient)
    const usage = new UsageStore(store, clock)
    const metrics = new RequestMetrics()
    const world: World = {
      authorizer,
      store,
      registry,
      webhooks: new AdmissionWebhooks({ store, registry, authorizer, client: webhookClient, conversions, metrics }),
      policies: new AdmissionPolicies(store, registry, authorizer),
      conversions,
      usage,
      addresses: addressesOfServices,
      customTypes,
      firstRevision: () => firstRevision,
      clock
    }
    customTypes.start(async (definition, namespace, name) => {
      const { group, versions, names } = definition.spec
      // In the version in which they are kept, where that is served: nobody has to convert what goes.
      const version = versions.find(({ served, storage }) => served && storage) ?? versions.find(({ served }) => served)
      const type = registry.lookup(group, version?.name ?? '', names.plural)
      if (type !== undefined) await remove(world, systemCall(type, namespace, name), {})
    })
    const stopPolicies = followPolicies(store, registry, (error) => onDefect(error, 'the status of an admission policy'))
    let failed: string | undefined
    let podStreams: PodStreams | undefined
    const parts: ServerParts = {
      world,
      authorizer,
      tokens,
      authenticator: new Authenticator({ tokens, store }),
      documents: new Documents(registry, { health: () => failed, jwks: () => tokens.jwks(), issuer: ISSUER }),
      metrics,
      podStreams: () => podStreams,
      closing: closing.signal,
      watchLimits: options.watchLimits ?? WATCH_LIMITS,
      onDefect
    }
    const listener = new Listener(parts, pki)
    const port = await listener.listen(addresses, options.port)
    const isNew = store.list('/namespaces').length === 0
    await bootstrap(store, { clusterIP, advertise, port }, clock())
    await ensureApiServices(store, registry, clock())
    const leaveApiServices = followApiServices(store, registry, clock, (error) => onDefect(error, 'keeping the APIServices'))
    if (isNew) firstRevision = store.revision()
    addressesOfServices.restore(store.list('/services'))
    const url = `https://127.0.0.1:${port}`
    return {
      url,
      port,
      caPem: pki.ca,
      adminKubeconfig: kubeconfigOf({ server: url, ca: pki.ca, credentials: { cert: pki.adminCert, key: pki.adminKey } }),
      registry,
      store,
      admin: ADMIN,
      clientFor: (user, manager = 'knative-ts') => new InProcessClient(parts, user, manager),
      kubeconfigFor: (token, server = url) => kubeconfigOf({ server, ca: pki.ca, credentials: { token } }),
      issueToken: async ({ namespace, name }, request = {}) => {
        const type = registry.lookup('', 'v1', 'serviceaccounts')
        if (type === undefined) throw new Error('the built-in types are incomplete: serviceaccounts are missing')
        const { pod, audiences = [], expirationSeconds = 3600 } = request
        const boundObjectRef = pod === undefined ? {} : { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', ...pod } }
        const body = {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          metadata: {},
          spec: { audiences: [...audiences], expirationSeconds, ...boundObjectRef }
        }
        const answer = requestToken(world, tokens, { ...systemCall(type, namespace, name), subresource: 'token' }, body) as k8s.TokenRequest
        const { token = '', expirationTimestamp = '' } = answer.status ?? {}
        return { token, expirationTimestamp }
      },
      listenAt: async (host, at) => {
        await listener.listenOn(host, at)
      },
      setResolveService: (next) => {
        resolve = next
      },
      setPodStreams: (streams) => {
        podStreams = streams
      },
      setUsage: (source) => {
        usage.setSource(source)
        registry.setAggregated(source === undefined ? [] : usageTypes)
      },
      close: async () => {
        failed = 'the server is closing'
        closing.abort()
        await listener.close()
        webhookClient.close()
        customTypes.stop()
        stopPolicies()
        await leaveApiServices()
        authorizer.close()
        await store.close()
      }
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

const systemCall = (type: Call['type'], namespace: string, name: string): Call => ({
  type,
  user: ADMIN,
  namespace,
  name,
  subresource: '',
  dryRun: false,
  manager: 'kube-apiserver',
  validation: 'Ignore',
  warn: () => undefined
})

/** The first usable address of a block is the API server's own. */
function firstAddress(cidr: string): string {
  const [address = ''] = cidr.split('/')
  return address.replace(/\d+$/, (last) => String(Number(last) + 1))
}
