import { keyOf, type KubeObject, type Resource } from '@knative-ts/api'
import { controllerRevisions, type ControllerRevision, type PodTemplateSpec } from '@knative-ts/api/kubernetes'
import { byController, isAlreadyExists, isControlledBy, isNotFound, type Informer } from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { newRevision, nextNumber, outdated, revisionOf } from './revisions.ts'

/** Keeps the ControllerRevisions of one kind of owner. */
export class RevisionKeeper<T extends KubeObject> {
  readonly informer: Informer<ControllerRevision>
  readonly #context: ControllerContext
  readonly #resource: Resource<T>

  constructor(context: ControllerContext, resource: Resource<T>) {
    this.#context = context
    this.#resource = resource
    this.informer = context.factory.informer(controllerRevisions, { indexes: { controller: byController } })
  }

  all(owner: T): readonly ControllerRevision[] {
    return this.informer.cache.byIndex('controller', owner.metadata.uid ?? '')
  }

  /** The revision of a template, made when there is none, and the newest when the owner went back to it. */
  async ensure(owner: T, template: PodTemplateSpec, labels: Readonly<Record<string, string>>): Promise<ControllerRevision> {
    const { client } = this.#context
    const known = this.all(owner)
    const found = revisionOf(template, known)
    const number = nextNumber(known)
    if (found !== undefined) {
      if (found.revision === number - 1) return found
      return client.update(controllerRevisions, { ...found, revision: number })
    }
    const wanted = newRevision(owner, this.#resource, template, labels, number)
    try {
      return await client.create(controllerRevisions, wanted)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      // Made by an earlier pass that the cache does not show yet.
      const existing = await client.get(controllerRevisions, keyOf(wanted))
      if (!isControlledBy(existing, owner)) throw error
      return existing
    }
  }

  async forget(owner: T, live: ReadonlySet<string>, keep: number): Promise<void> {
    for (const revision of outdated(this.all(owner), live, keep))
      await this.#context.client.delete(controllerRevisions, keyOf(revision)).catch((error: unknown) => {
        if (!isNotFound(error)) throw error
      })
  }
}
