import { secrets, type Secret } from '@knative-ts/api/kubernetes'
import { isAlreadyExists, isConflict, type Informer, type InformerFactory, type KubeClient, type Log } from '@knative-ts/kube'
import { certificateIn, isDue, renewed, secretDataOf, type SharedCertificate } from './certificate-secret.ts'

/** Where the certificate lives and what it is for. */
export interface CertificatePlace {
  readonly namespace: string
  readonly name: string
  readonly dnsNames: readonly string[]
}

export interface CertificateKeeperOptions {
  readonly log: Log
  /** Milliseconds from a new certificate in the Secret to serving with it. */
  readonly settleMs: number
  /** The authorities that the API server trusts: other replicas may serve with a certificate of one though the Secret is gone. */
  readonly trusted: () => Promise<string>
  readonly now?: () => Date
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
  readonly #settleMs: number
  readonly #trusted: () => Promise<string>
  readonly #now: () => Date
  #current: SharedCertificate | undefined
  /** When the current one took the place of another, ms since 1970; undefined for the first. */
  #takenAt: number | undefined
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(
    place: CertificatePlace,
    factory: InformerFactory,
    onChange: (shared: SharedCertificate) => void,
    { log, settleMs, trusted, now = () => new Date() }: CertificateKeeperOptions
  ) {
    this.#place = place
    this.#client = factory.client
    this.#informer = factory.informer(secrets, { namespace: place.namespace, fieldSelector: `metadata.name=${place.name}` })
    this.#onChange = onChange
    this.#log = log
    this.#settleMs = settleMs
    this.#trusted = trusted
    this.#now = now
  }

  /** Resolves once there is a certificate to serve with. The informers must be running. */
  async start(): Promise<void> {
    await this.#informer.synced()
    await this.#renew()
    this.#informer.onChange(({ after }) => {
      this.#take(after)
      // Deleted, spoilt, or near its end: whoever did that waits for another.
      if (this.#isDue(after)) this.#plan(0)
    })
    this.#plan(this.#isDue(this.#secret()) ? 0 : CHECK_MS)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #plan(delayMs: number): void {
    clearTimeout(this.#timer)
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#check(), delayMs).unref()
  }

  /** Replaces the certificate if it is due, and looks again in an hour; one that cannot be replaced serves on meanwhile. */
  async #check(): Promise<void> {
    try {
      const waitMs = this.#unsettledMs()
      // What replaces it before it is served anywhere would not trust what is.
      if (certificateIn(this.#secret()) !== undefined && this.#isDue(this.#secret()) && waitMs > 0) return this.#plan(waitMs)
      await this.#renew()
      this.#plan(CHECK_MS)
    } catch (error) {
      this.#log.error({ error }, 'cannot replace the webhook certificate, trying again')
      this.#plan(RETRY_MS)
    }
  }

  async #renew(): Promise<void> {
    const secret = this.#secret()
    if (this.#isDue(secret)) this.#take(await this.#write(secret, await this.#next(certificateIn(secret))))
    else this.#take(secret)
  }

  /** What takes the place of the certificate in the Secret, or of none. */
  async #next(held: SharedCertificate | undefined): Promise<SharedCertificate> {
    const { dnsNames } = this.#place
    // The Secret went while replicas still change over to what it held: that is put back.
    if (held === undefined && this.#current !== undefined && this.#unsettledMs() > 0 && !isDue(this.#current, dnsNames, this.#now())) {
      return this.#current
    }
    return renewed(held ?? this.#current ?? { caCert: await this.#trusted() }, dnsNames, this.#now())
  }

  /** Milliseconds until every replica serves with the certificate that was taken last. */
  #unsettledMs(): number {
    return this.#takenAt === undefined ? 0 : this.#takenAt + 2 * this.#settleMs - this.#now().getTime()
  }

  #secret(): Secret | undefined {
    return this.#informer.cache.get({ namespace: this.#place.namespace, name: this.#place.name })
  }

  #isDue(secret: Secret | undefined): boolean {
    return isDue(certificateIn(secret), this.#place.dnsNames, this.#now())
  }

  async #write(secret: Secret | undefined, shared: SharedCertificate): Promise<Secret> {
    const { namespace, name } = this.#place
    const data = secretDataOf(shared)
    try {
      if (secret !== undefined) return await this.#client.update(secrets, { ...secret, data: { ...secret.data, ...data } })
      const metadata = {
        name,
        namespace,
        labels: { 'app.kubernetes.io/name': namespace, 'app.kubernetes.io/component': name.replace(/-certs$/, '') }
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
    if (this.#current !== undefined) this.#takenAt = this.#now().getTime()
    this.#current = shared
    this.#onChange(shared)
  }
}
