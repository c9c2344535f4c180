import type { Resource } from '@knative-ts/api'
import { mutatingWebhookConfigurations, namespaces, validatingWebhookConfigurations, type Namespace } from '@knative-ts/api/kubernetes'
import { containsJson, isConflict, type Informer, type InformerFactory, type Log } from '@knative-ts/kube'
import { authorities } from './trust.ts'
import { registered, registrations, type Registration, type WebhookConfiguration } from './webhook-rules.ts'

const RETRY_MS = 500

/** Writes into the webhook configurations who to ask about what, and keeps it there. */
export class Registrar {
  readonly #factory: InformerFactory
  readonly #namespace: string
  readonly #log: Log
  readonly #informers: Readonly<Record<Registration['kind'], Informer<WebhookConfiguration>>>
  readonly #done = new Set<string>()
  #trust: Trust | undefined
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

  /**
   * The API server is to trust `caCert` from now on; unless `alone`, also what it trusts already. Resolves when every configuration that exists
   * says so.
   */
  async register(caCert: string, alone = false): Promise<void> {
    this.#trust = { caCert, alone }
    await this.#synced()
    this.#ask()
    while (this.#running !== undefined) await this.#running
  }

  /** The authorities that the API server trusts now: those of the configurations. Empty at a first start. */
  async trusted(): Promise<string> {
    await this.#synced()
    return authorities(...registrations.map((registration) => bundleIn(this.#currentOf(registration), registration)))
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
    if (this.#stopped || this.#trust === undefined) return
    if (this.#running !== undefined) {
      this.#again = true
      return
    }
    this.#again = false
    this.#running = this.#pass(this.#trust).then((whole) => {
      this.#running = undefined
      if (this.#again) this.#ask()
      else if (!whole && !this.#stopped) this.#timer = setTimeout(() => this.#ask(), RETRY_MS).unref()
    })
  }

  /** False when something has to be tried again. */
  async #pass(trust: Trust): Promise<boolean> {
    const written = await Promise.all(registrations.map((registration) => this.#write(registration, trust)))
    return !written.includes(false)
  }

  #currentOf({ name, kind }: Registration): WebhookConfiguration | undefined {
    return this.#informers[kind].cache.get({ namespace: '', name })
  }

  async #synced(): Promise<void> {
    await Promise.all(Object.values(this.#informers).map((informer) => informer.synced()))
  }

  async #write(registration: Registration, { caCert, alone }: Trust): Promise<boolean> {
    const { name, kind } = registration
    const current = this.#currentOf(registration)
    if (current === undefined) {
      this.#done.delete(name)
      this.#log.warn({ name }, `${kind} ${name} does not exist: nobody asks this webhook until it is installed`)
      return true
    }
    try {
      this.#owner ??= await this.#factory.client.get(namespaces, { namespace: '', name: this.#namespace })
      const trust = alone ? caCert : withTrust(bundleIn(current, registration), caCert)
      const wanted = registered(current, registration, trust, this.#owner)
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

/** Whom the API server is to trust: these alone, or beside those that it trusts. */
interface Trust {
  readonly caCert: string
  readonly alone: boolean
}

/** The same text while it has all of `caCert`: replicas that add to it in another order do not write it in turns. */
function withTrust(bundle: string, caCert: string): string {
  const both = authorities(bundle, caCert)
  return both === authorities(bundle) ? bundle : authorities(caCert, bundle)
}

function bundleIn(configuration: WebhookConfiguration | undefined, { name }: Registration): string {
  const webhook = configuration?.webhooks?.find((one) => one.name === name)
  return Buffer.from(webhook?.clientConfig.caBundle ?? '', 'base64').toString()
}

const resourceOf = (kind: Registration['kind']): Resource<WebhookConfiguration> =>
  kind === 'MutatingWebhookConfiguration' ? mutatingWebhookConfigurations : validatingWebhookConfigurations
