import {
  configurationGenerationLabel,
  configurations,
  keyOf,
  type Configuration,
  type ConfigurationStatus,
  type Revision
} from '@knative-ts/api'
import {
  type Clock,
  controllerRefOf,
  errorText,
  type EventRecorder,
  isAlreadyExists,
  type Outcome,
  secondTime,
  settled
} from '@knative-ts/kube'
import type { Objects } from '../objects.ts'
import { nameConflict } from '../service/service.plan.ts'
import { followRevisions, markCreationFailed } from './configuration.plan.ts'
import { revisionNameOf, revisionOf } from './revision-of.ts'

type Current = Configuration & { status: ConfigurationStatus }

/** Index of revisions: `namespace/configuration`. */
export const byConfiguration = 'configuration'

/** Every generation of a Configuration has one Revision. */
export class ConfigurationReconciler {
  readonly #revisions: Objects['revisions']
  readonly #recorder: EventRecorder
  readonly #clock: Clock

  constructor(revisions: Objects['revisions'], recorder: EventRecorder, clock: Clock) {
    this.#revisions = revisions
    this.#recorder = recorder
    this.#clock = clock
  }

  async reconcile(configuration: Current): Promise<Outcome> {
    const all = this.#revisions.byIndex(byConfiguration, `${configuration.metadata.namespace}/${configuration.metadata.name}`)
    const created = this.#present(configuration, all) ?? (await this.#create(configuration))
    const taken = nameConflict(configuration, created)
    if (taken !== undefined) {
      markCreationFailed(configuration.status, `revisions.serving.knative.dev "${taken}" already exists`)
      return settled
    }
    for (const { type, reason, message } of followRevisions(configuration, created, all)) {
      this.#recorder.record(configuration, type, reason, message)
    }
    return settled
  }

  /** The revision of this generation: by its name, or under a name of its own (a template without a name never changes names). */
  #present(configuration: Current, all: readonly Revision[]): Revision | undefined {
    const named = this.#revisions.get({ ...keyOf(configuration), name: revisionNameOf(configuration) })
    if (named !== undefined || (configuration.spec.template?.metadata?.name ?? '') !== '') return named
    const generation = String(configuration.metadata.generation)
    return all.find((revision) => revision.metadata.labels?.[configurationGenerationLabel] === generation)
  }

  async #create(configuration: Current): Promise<Revision> {
    const revision = revisionOf(configuration, secondTime(this.#clock.now()))
    const name = revision.metadata.name ?? ''
    try {
      const metadata = { ...revision.metadata, ownerReferences: [controllerRefOf(configuration, configurations)] }
      const created = await this.#revisions.create({ ...revision, metadata })
      this.#recorder.record(configuration, 'Normal', 'Created', `Created Revision "${name}"`)
      return created
    } catch (error) {
      if (isAlreadyExists(error)) return this.#revisions.fetch(keyOf(revision))
      const message = errorText(error)
      this.#recorder.record(configuration, 'Warning', 'CreationFailed', `Failed to create Revision: ${message}`)
      markCreationFailed(configuration.status, message)
      throw error
    }
  }
}
