import { keyOf, keyText, type KubeObject, type ObjectKey, type Resource } from '@knative-ts/api'
import { pods, type Pod } from '@knative-ts/api/kubernetes'
import {
  controllerKeys,
  controllerOf,
  controllerRefOf,
  selectorOf,
  triggeredBy,
  type Informer,
  type LabelSelectorObject,
  type Trigger
} from '@knative-ts/kube'
import type { ControllerContext } from './controller-context.ts'
import { adopt, byClaim, claimsBy, freeIn, release, type Claims } from './pod-claims.ts'
import { PodWriter, type Wording } from './pod-writer.ts'

/** An object that says by labels which pods are its own. */
export interface PodOwner extends KubeObject {
  readonly spec?: { readonly selector?: LabelSelectorObject }
}

export interface OwnedPodsOptions<T extends PodOwner> {
  /** Who reports events: `replicaset-controller`. */
  readonly component: string
  readonly resource: Resource<T>
  readonly owners: Informer<T>
  /** Which of the free pods that the selector means may become the owner's. */
  readonly adoptable: (pod: Pod, owner: T) => boolean
  /** Put on a pod that is adopted. */
  readonly finalizers?: readonly string[]
  /** Called before a pod becomes nobody's. */
  readonly beforeRelease?: (pod: Pod) => Promise<void>
  /** Whether the owner cares for free pods at all; it does unless this says otherwise. */
  readonly seeks?: (owner: T) => boolean
  readonly wording?: Wording
}

/** The pods of one kind of owner: found, claimed and released by selector, created and deleted, and what of that the cache has yet to show. */
export class OwnedPods<T extends PodOwner> {
  readonly writer: PodWriter
  /** Passes for the owner of a pod that changed, or for those that may adopt it. */
  readonly trigger: Trigger
  readonly #context: ControllerContext
  readonly #options: OwnedPodsOptions<T>
  readonly #pods: Informer<Pod>

  /** Made before the controller's loop, for the reason that {@link PodWriter} gives. */
  constructor(context: ControllerContext, options: OwnedPodsOptions<T>) {
    this.#context = context
    this.#options = options
    this.#pods = context.factory.informer(pods, { indexes: { claim: byClaim } })
    this.writer = new PodWriter(context, options.component, this.#pods, options.wording)
    this.trigger = triggeredBy(this.#pods, (pod) => this.#ownersOf(pod))
  }

  /** Pods whose controller the object is. */
  of(owner: T): readonly Pod[] {
    return this.#pods.cache.byIndex('claim', owner.metadata.uid ?? '')
  }

  /** Those of them that its selector means. */
  selected(owner: T): Pod[] {
    const selects = selectorOf(owner.spec?.selector)
    return this.of(owner).filter((pod) => selects(pod.metadata.labels))
  }

  /** Pods of the namespace that have no controller. */
  free(namespace: string): readonly Pod[] {
    return this.#pods.cache.byIndex('claim', freeIn(namespace))
  }

  /** Makes pods the owner's, and lets others go: what its selector says, unless that is decided already. */
  async claim(owner: T, claims: Claims = this.#claims(owner)): Promise<void> {
    const { resource, finalizers, beforeRelease } = this.#options
    for (const pod of claims.adopt) await adopt(this.#context.client, pod, controllerRefOf(owner, resource), finalizers)
    for (const pod of claims.release) {
      await beforeRelease?.(pod)
      await release(this.#context.client, pod, owner)
    }
  }

  /** Creates pods, then deletes others whatever came of that. Resolves with the first failure, if any. */
  async change(owner: T, create: readonly Pod[], remove: readonly Pod[]): Promise<Error | undefined> {
    const { failure } = await this.writer.createAll(owner, create)
    const stayed = await this.writer.removeAll(owner, remove)
    return failure ?? stayed
  }

  /** Until when no pod may be created or deleted because the cache is behind, ms; undefined when it is not. */
  waitsUntil(owner: ObjectKey): number | undefined {
    return this.writer.expectations.givenUpAt(keyText(owner), this.#context.clock.now())
  }

  /** The owner is gone. */
  forget(owner: ObjectKey): void {
    this.writer.expectations.forget(keyText(owner))
  }

  #claims(owner: T): Claims {
    const candidates = [...this.of(owner), ...this.free(owner.metadata.namespace ?? '')]
    return claimsBy(owner, selectorOf(owner.spec?.selector), candidates, (pod) => this.#options.adoptable(pod, owner))
  }

  #ownersOf(pod: Pod): readonly ObjectKey[] {
    const { resource, owners, seeks = () => true } = this.#options
    if (controllerOf(pod) !== undefined) return controllerKeys(resource)(pod)
    return owners.cache
      .list(pod.metadata.namespace ?? '')
      .filter((owner) => seeks(owner) && selectorOf(owner.spec?.selector)(pod.metadata.labels))
      .map(keyOf)
  }
}
