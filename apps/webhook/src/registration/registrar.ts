import type { Resource } from '@knative-ts/api'
import {
  customResourceDefinitions,
  mutatingWebhookConfigurations,
  namespaces,
  validatingWebhookConfigurations,
  type Namespace
} from '@knative-ts/api/kubernetes'
import { isConflict, type Informer, type InformerFactory, type Log } from '@knative-ts/kube'
import { authorities } from './trust.ts'
import { bundleIn, isWritten, registered, type Registered, type Registration } from './registration.ts'

const RETRY_MS = 500

/** Writes into the webhook configurations who to ask about what, into definitions who converts, and keeps it there. */
export class Registrar {
  readonly #factory: InformerFactory
  readonly #namespace: string
  readonly #log: Log
  readonly #registrations: readonly Registration[]
  /** By kind; a definition has one of its own, for there may be many that are nothing to us. */
  readonly #informers: ReadonlyMap<string, Informer<Registered>>
  readonly #done = new Set<string>()
  #trust: Trust | undefined
  #owner: Namespace | undefined
  #running: Promise<void> | undefined
  #again = false
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(factory: InformerFactory, namespace: string, registrations: readonly Registration[], log: Log) {
    this.#factory = factory
    this.#namespace = namespace
    this.#registrations = registrations
    this.#log = log
    this.#informers = new Map(registrations.map((registration) => [followed(registration), informerOf(factory, registration)]))
    for (const informer of this.#informers.values()) informer.onChange(() => this.#ask())
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

  /** Rules may have become others. */
  refresh(): void {
    this.#ask()
  }

  /** The authorities that the API server trusts now: those of the configurations. Empty at a first start. */
  async trusted(): Promise<string> {
    await this.#synced()
    return authorities(...this.#registrations.map((registration) => bundleIn(this.#currentOf(registration), registration)))
  }

  /** Why requests may not be answered yet; undefined when all configurations are written. */
  unready(): string | undefined {
    const open = this.#registrations.filter(({ name }) => !this.#done.has(name)).map(({ name }) => name)
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
    const written = await Promise.all(this.#registrations.map((registration) => this.#write(registration, trust)))
    return !written.includes(false)
  }

  #currentOf(registration: Registration): Registered | undefined {
    return this.#informers.get(followed(registration))?.cache.get({ namespace: '', name: registration.name })
  }

  async #synced(): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.synced()))
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
      if (!isWritten(current, wanted, registration)) await this.#factory.client.update(resourceOf(kind), wanted)
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

/** The same informer for all configurations of a kind. */
const followed = ({ kind, name }: Registration): string => (kind === 'CustomResourceDefinition' ? name : kind)

const informerOf = (factory: InformerFactory, { kind, name }: Registration): Informer<Registered> =>
  factory.informer(resourceOf(kind), kind === 'CustomResourceDefinition' ? { fieldSelector: `metadata.name=${name}` } : {})

const resources: Readonly<Record<Registration['kind'], Resource>> = {
  MutatingWebhookConfiguration: mutatingWebhookConfigurations,
  ValidatingWebhookConfiguration: validatingWebhookConfigurations,
  CustomResourceDefinition: customResourceDefinitions
}
const resourceOf = (kind: Registration['kind']): Resource<Registered> => resources[kind] as Resource<Registered>
