import { injectionAnnotation, parseKey, type KubeObject, type ObjectKey } from '@knative-ts/api'
import { isAlreadyExists, isNamespaceTerminating, settled, type EventRecorder, type Outcome } from '@knative-ts/kube'
import { brokerOf } from '../eventing-objects.ts'
import type { EventingWorld } from '../eventing-world.ts'
import { injectedBrokerOf } from './injected-broker-of.ts'

/** Makes Brokers for namespaces and Triggers that config-sugar selects. Never deletes one. */
export class SugarReconciler {
  readonly #world: Pick<EventingWorld, 'objects' | 'settings'>
  readonly #recorder: EventRecorder

  constructor(world: Pick<EventingWorld, 'objects' | 'settings'>, recorder: EventRecorder) {
    this.#world = world
    this.#recorder = recorder
  }

  async ofNamespace({ name }: ObjectKey): Promise<Outcome> {
    const namespace = this.#world.objects.namespaces.get({ namespace: '', name })
    if (!isThere(namespace) || !this.#world.settings.sugar().namespaces(namespace.metadata.labels)) return settled
    return this.#make(namespace, { namespace: name, name: 'default' })
  }

  async ofTrigger(key: ObjectKey): Promise<Outcome> {
    const trigger = this.#world.objects.triggers.get(key)
    if (!isThere(trigger) || trigger.metadata.annotations?.[injectionAnnotation] === 'disabled') return settled
    if (!this.#world.settings.sugar().triggers(trigger.metadata.labels)) return settled
    const broker = parseKey(brokerOf(trigger))
    // Only beside the Trigger: a link across namespaces is no right to make something there.
    return broker.namespace === key.namespace ? this.#make(trigger, broker) : settled
  }

  async #make(about: KubeObject, broker: ObjectKey): Promise<Outcome> {
    const { brokers } = this.#world.objects
    if (brokers.get(broker) !== undefined) return settled
    try {
      await brokers.create(injectedBrokerOf(broker))
    } catch (error) {
      if (isAlreadyExists(error) || isNamespaceTerminating(error)) return settled
      throw error
    }
    this.#recorder.record(about, 'Normal', 'BrokerCreated', `Default eventing.knative.dev Broker "${broker.name}" created`)
    return settled
  }
}

const isThere = <T extends KubeObject>(object: T | undefined): object is T =>
  object !== undefined && object.metadata.deletionTimestamp === undefined
