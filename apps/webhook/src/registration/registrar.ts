import type { Resource } from '@knative-ts/api'
import { mutatingWebhookConfigurations, namespaces, validatingWebhookConfigurations, type Namespace } from '@knative-ts/api/kubernetes'
import { containsJson, isConflict, type Informer, type InformerFactory, type Log } from '@knative-ts/kube'
import { registered, registrations, type Registration, type WebhookConfiguration } from './webhook-rules.ts'

const RETRY_MS = 500

/** Writes into the webhook configurations who to ask about what, and keeps it there. */
export class Registrar {
  readonly #factory: InformerFactory
  readonly #namespace: string
  readonly #log: Log
  readonly #informers: Readonly<Record<Registration['kind'], Informer<WebhookConfiguration>>>
  readonly #done = new Set<string>()
  #caCert: string | undefined
  #owner: Namespace | undefined
  #running: Promise<void> | undefined
  #again = false
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(factory: InformerFactory, namespace: string, log: Log) {
    this.#factory = factory
    this.#namespace = namespace
    this.#log = log
    this.#informers = {
      MutatingWebhookConfiguration: factory.informer(mutatingWebhookConfigurations) as Informer<WebhookConfiguration>,
      ValidatingWebhookConfiguration: factory.informer(validatingWebhookConfigurations) as Informer<WebhookConfiguration>
    }
    for (const informer of Object.values(this.#informers)) informer.onChange(() => this.#ask())
  }

  /** The API server is to trust `caCert` from now on. Resolves when every configuration that exists says so. */
  async register(caCert: string): Promise<void> {
    this.#caCert = caCert
    await Promise.all(Object.values(this.#informers).map((informer) => informer.synced()))
    this.#ask()
    while (this.#running !== undefined) await this.#running
  }

  /** Why requests may not be answered yet; undefined when all configurations are written. */
  unready(): string | undefined {
    const open = registrations.filter(({ name }) => !this.#done.has(name)).map(({ name }) => name)
    return open.length === 0 ? undefined : `not registered in ${open.join(', ')}`
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#running
  }

  /** One pass at a time; what changes during it starts another. */
  #ask(): void {
    if (this.#stopped || this.#caCert === undefined) return
    if (this.#running !== undefined) {
      this.#again = true
      return
    }
    this.#again = false
    this.#running = this.#pass(this.#caCert).then((whole) => {
      this.#running = undefined
      if (this.#again) this.#ask()
      else if (!whole && !this.#stopped) this.#timer = setTimeout(() => this.#ask(), RETRY_MS).unref()
    })
  }

  /** False when something has to be tried again. */
  async #pass(caCert: string): Promise<boolean> {
    const written = await Promise.all(registrations.map((registration) => this.#write(registration, caCert)))
    return !written.includes(false)
  }

  async #write(registration: Registration, caCert: string): Promise<boolean> {
    const { name, kind } = registration
    const current = this.#informers[kind].cache.get({ namespace: '', name })
    if (current === undefined) {
      this.#done.delete(name)
      this.#log.warn({ name }, `${kind} ${name} does not exist: nobody asks this webhook until it is installed`)
      return true
    }
    try {
      this.#owner ??= await this.#factory.client.get(namespaces, { namespace: '', name: this.#namespace })
      const wanted = registered(current, registration, caCert, this.#owner)
      const same = containsJson(current, { metadata: { ownerReferences: wanted.metadata.ownerReferences }, webhooks: wanted.webhooks })
      if (!same) await this.#factory.client.update(resourceOf(kind), wanted)
      this.#done.add(name)
      return true
    } catch (error) {
      if (!isConflict(error)) this.#log.error({ name, error }, `cannot write ${kind} ${name}, trying again`)
      return false
    }
  }
}

const resourceOf = (kind: Registration['kind']): Resource<WebhookConfiguration> =>
  kind === 'MutatingWebhookConfiguration' ? mutatingWebhookConfigurations : validatingWebhookConfigurations
