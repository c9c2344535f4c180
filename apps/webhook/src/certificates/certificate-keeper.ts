import { secrets, type Secret } from '@knative-ts/api/kubernetes'
import { isAlreadyExists, isConflict, type Informer, type InformerFactory, type KubeClient, type Log } from '@knative-ts/kube'
import { certificateIn, isDue, renewed, secretDataOf, type SharedCertificate } from './certificate-secret.ts'

/** Where the certificate lives and what it is for. */
export interface CertificatePlace {
  readonly namespace: string
  readonly name: string
  readonly dnsNames: readonly string[]
}

const CHECK_MS = 3_600_000
const RETRY_MS = 1_000

/**
 * Keeps the certificate that all replicas share: makes it when there is none, replaces it before it ends, and tells of every new one. Replicas
 * need no leader: the first write wins, the others take what it wrote.
 */
export class CertificateKeeper {
  readonly #place: CertificatePlace
  readonly #client: KubeClient
  readonly #informer: Informer<Secret>
  readonly #onChange: (shared: SharedCertificate) => void
  readonly #log: Log
  readonly #now: () => Date
  #current: SharedCertificate | undefined
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(
    place: CertificatePlace,
    factory: InformerFactory,
    onChange: (shared: SharedCertificate) => void,
    { log, now = () => new Date() }: { readonly log: Log; readonly now?: () => Date }
  ) {
    this.#place = place
    this.#client = factory.client
    this.#informer = factory.informer(secrets, { namespace: place.namespace, fieldSelector: `metadata.name=${place.name}` })
    this.#onChange = onChange
    this.#log = log
    this.#now = now
  }

  /** Resolves once there is a certificate to serve with. The informers must be running. */
  async start(): Promise<void> {
    await this.#informer.synced()
    this.#informer.onChange(({ after }) => this.#take(after))
    await this.check()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  /** Replaces the certificate if it is due, and looks again in an hour. */
  async check(): Promise<void> {
    clearTimeout(this.#timer)
    const secret = this.#informer.cache.get({ namespace: this.#place.namespace, name: this.#place.name })
    const held = certificateIn(secret)
    try {
      if (isDue(held, this.#place.dnsNames, this.#now()))
        this.#take(await this.#write(secret, renewed(held, this.#place.dnsNames, this.#now())))
      this.#plan(CHECK_MS)
    } catch (error) {
      // With a certificate to go on with there is time; without one nothing can be served.
      if (held === undefined) throw error
      this.#log.error({ error }, 'cannot replace the webhook certificate, trying again')
      this.#plan(RETRY_MS)
    }
  }

  #plan(delayMs: number): void {
    if (this.#stopped) return
    const next = (): void => void this.check().catch((error: unknown) => this.#log.error({ error }, 'cannot check the webhook certificate'))
    this.#timer = setTimeout(next, delayMs).unref()
  }

  async #write(secret: Secret | undefined, shared: SharedCertificate): Promise<Secret> {
    const { namespace, name } = this.#place
    const data = secretDataOf(shared)
    try {
      if (secret !== undefined) return await this.#client.update(secrets, { ...secret, data: { ...secret.data, ...data } })
      const metadata = {
        name,
        namespace,
        labels: { 'app.kubernetes.io/name': 'knative-serving', 'app.kubernetes.io/component': 'webhook' }
      }
      return await this.#client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, data })
    } catch (error) {
      if (!isAlreadyExists(error) && !isConflict(error)) throw error
      const theirs = await this.#client.get(secrets, { namespace, name })
      if (!isDue(certificateIn(theirs), this.#place.dnsNames, this.#now())) return theirs
      return this.#client.update(secrets, { ...theirs, data: { ...theirs.data, ...data } })
    }
  }

  #take(secret: Secret | undefined): void {
    const shared = certificateIn(secret)
    if (shared === undefined) return
    if (this.#current?.serverCert === shared.serverCert && this.#current.caCert === shared.caCert) return
    this.#current = shared
    this.#onChange(shared)
  }
}
