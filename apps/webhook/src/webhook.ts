import { X509Certificate } from 'node:crypto'
import { createInformerFactory, watchTelemetry, type KubeClient, type Log, type TelemetryConfig } from '@knative-ts/kube'
import { CertificateKeeper } from './certificates/certificate-keeper.ts'
import type { SharedCertificate } from './certificates/certificate-secret.ts'
import { Rotation } from './certificates/rotation.ts'
import { eventingGroup } from './groups/eventing-group.ts'
import { servingGroup } from './groups/serving-group.ts'
import { Registrar } from './registration/registrar.ts'
import { AdmissionServer } from './server/admission-server.ts'
import type { WebhookEnvironment } from './webhook.config.ts'

/** A webhook that runs. */
export interface Webhook {
  /** Resolves with the port once it answers and the API server knows. */
  start(): Promise<number>
  unready(): string | undefined
  /** When the certificate that is served ends, ms since 1970; undefined before there is one. */
  certificateEnd(): number | undefined
  drain(): Promise<void>
  stop(): Promise<void>
}

const groups = { serving: servingGroup, eventing: eventingGroup }

/**
 * Puts the webhook together. At start three things go on at once (caches, certificate, settings); it listens before it tells the API server,
 * so that nobody is sent to a closed port. `observe` gets what the configuration says of this role's logs, metrics and profiles.
 */
export function createWebhook(
  client: KubeClient,
  environment: WebhookEnvironment,
  log: Log,
  observe: (config: TelemetryConfig) => void = () => undefined
): Webhook {
  const { SYSTEM_NAMESPACE: namespace, WEBHOOK_NAME: service, WEBHOOK_SECRET_NAME: secret = `${service}-certs` } = environment
  const stopping = new AbortController()
  const factory = createInformerFactory(client, { log })
  watchTelemetry({ factory, namespace, component: 'webhook', apply: observe, log })
  const group = groups[environment.WEBHOOK_GROUP]({ client, factory, environment, log })
  const registrar = new Registrar(factory, namespace, group.registrations, log)
  group.followRules?.(() => registrar.refresh())
  const server = new AdmissionServer({
    ...group,
    log,
    drainQuietMs: environment.DRAIN_QUIET_MS,
    drainAtMostMs: environment.DRAIN_AT_MOST_MS
  })
  const settleMs = environment.CERTIFICATE_SETTLE_MS
  const rotation = new Rotation({
    settleMs,
    trust: (caCert, alone) => void registrar.register(caCert, alone),
    serve: (shared) => {
      server.use(pairOf(shared))
      log.info({}, 'serving with a new certificate')
    }
  })
  const keeper = new CertificateKeeper(
    { namespace, name: secret, dnsNames: dnsNamesOf(service, namespace) },
    factory,
    (shared) => rotation.take(shared),
    { log, settleMs, trusted: () => registrar.trusted() }
  )

  return {
    start: async () => {
      await factory.start(stopping.signal)
      await Promise.all([keeper.start(), group.synced()])
      const { served } = rotation
      if (served === undefined) throw new Error(`Secret ${namespace}/${secret} holds no usable certificate`)
      const port = await server.listen(pairOf(served), { host: environment.WEBHOOK_HOST, port: environment.WEBHOOK_PORT })
      log.info({ port }, 'listening')
      await registrar.register(served.caCert)
      rotation.forget()
      return port
    },
    unready: () => server.unready() ?? registrar.unready(),
    certificateEnd: () => (rotation.served === undefined ? undefined : Date.parse(new X509Certificate(rotation.served.serverCert).validTo)),
    drain: () => server.drain(),
    stop: async () => {
      rotation.stop()
      keeper.stop()
      await registrar.stop()
      await server.stop()
      stopping.abort()
    }
  }
}

const pairOf = ({ serverKey, serverCert }: SharedCertificate) => ({ key: serverKey, cert: serverCert })

/** The names under which an API server may call a Service. */
const dnsNamesOf = (service: string, namespace: string): string[] => [
  `${service}.${namespace}.svc`,
  service,
  `${service}.${namespace}`,
  `${service}.${namespace}.svc.cluster.local`
]
