import {
  bindingsExcludeLabel,
  bindingsIncludeLabel,
  injectionPatch,
  keyOf,
  sinkBindingConditions,
  withoutSink,
  withSink,
  type KubeObject,
  type Resource,
  type SinkBinding,
  type SinkBindingStatus
} from '@knative-ts/api'
import { errorText, isNotFound, isPatchMisfit, Marks, type Outcome, settled } from '@knative-ts/kube'
import type { Addressed } from '../../destinations/addressed.ts'
import type { Resolver } from '../../destinations/resolver.ts'
import type { EventingWorld } from '../../eventing-world.ts'
import { markIdentity } from '../../marking/mark-policies.ts'
import { resolveSink } from '../source-sink.ts'
import { SubjectProblem, type Found, type Subjects } from './subjects.ts'

type Current = SinkBinding & { status: SinkBindingStatus }

/** A SinkBinding is variables in the containers of its subjects, there and when they are written again (the webhook does that). */
export class SinkBindingReconciler {
  readonly #world: EventingWorld
  readonly #resolver: Resolver
  readonly #subjects: Subjects

  constructor(world: EventingWorld, resolver: Resolver, subjects: Subjects) {
    this.#world = world
    this.#resolver = resolver
    this.#subjects = subjects
  }

  async reconcile(binding: Current): Promise<Outcome> {
    const { settings } = this.#world
    const marks = new Marks(binding.status, sinkBindingConditions)
    this.#resolver.begin(binding)
    const sink = await resolveSink(binding, this.#resolver, marks)
    markIdentity(marks, settings)
    marks.mirror('OIDCTokenSecretCreated', marks.get('OIDCIdentityCreated'))
    if (marks.isTrue('OIDCIdentityCreated')) marks.true('OIDCTokenSecretCreated', 'authentication-oidc feature disabled')
    marks.true('TrustBundlePropagated')
    await this.#include(binding.metadata.namespace ?? '')
    await this.#bind(binding, sink, marks)
    return settled
  }

  /** Takes the variables away again. A subject or kind that is gone needs nothing. */
  async finalize(binding: SinkBinding): Promise<void> {
    let found: Found
    try {
      found = await this.#subjects.find(subjectOf(binding))
    } catch (error) {
      if (error instanceof SubjectProblem && error.reason === 'SubjectMissing') return
      throw error
    }
    for (const object of found.objects) await this.#write(found.resource, object, withoutSink(object))
  }

  async #bind(binding: Current, sink: Addressed, marks: Marks): Promise<void> {
    try {
      const { resource, objects } = await this.#subjects.find(subjectOf(binding))
      const { ceOverrides: overrides } = binding.spec
      for (const object of objects) {
        await this.#write(resource, object, withSink(object, { sinkUri: sink.url, caCerts: sink.caCerts, overrides }))
      }
      marks.true('SinkBindingAvailable')
    } catch (error) {
      if (error instanceof SubjectProblem) {
        marks.false('SinkBindingAvailable', error.reason, error.message)
        // It is passed again when the subject comes.
        if (error.reason === 'SubjectMissing') return
      } else marks.false('SinkBindingAvailable', 'BindingFailed', errorText(error))
      throw error
    }
  }

  async #write(resource: Resource, before: KubeObject, after: KubeObject): Promise<void> {
    // The pods of a Job cannot change once it is there: only new ones are bound, by the webhook.
    if (before.kind === 'Job' || before.metadata.deletionTimestamp !== undefined) return
    const operations = injectionPatch(before, after)
    if (operations.length === 0) return
    try {
      await this.#world.client.patch(resource, keyOf(before), { type: 'json', operations })
    } catch (error) {
      if (isNotFound(error)) return
      // Its containers are others by now: the change passes this binding again.
      if (!isPatchMisfit(error)) throw error
    }
  }

  /** Namespaces that have bindings say so: webhooks may look at those alone. */
  async #include(name: string): Promise<void> {
    const { namespaces } = this.#world.objects
    const labels = namespaces.get({ namespace: '', name })?.metadata.labels
    if (labels === undefined || bindingsIncludeLabel in labels || bindingsExcludeLabel in labels) return
    await namespaces.patch({ namespace: '', name }, { type: 'merge', body: { metadata: { labels: { [bindingsIncludeLabel]: 'true' } } } })
  }
}

const subjectOf = ({ metadata, spec }: SinkBinding) => ({ ...spec.subject, namespace: spec.subject.namespace ?? metadata.namespace ?? '' })
