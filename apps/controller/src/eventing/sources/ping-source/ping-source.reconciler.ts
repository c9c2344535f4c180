import { pingSourceConditions, type PingSource, type PingSourceStatus } from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'
import { type EventRecorder, Marks, type Outcome, settled } from '@knative-ts/kube'
import type { Resolver } from '../../destinations/resolver.ts'
import type { EventingWorld } from '../../eventing-world.ts'
import { markIdentity } from '../../marking/mark-policies.ts'
import { followDeployment } from '../follow-deployment.ts'
import type { SourceObjects } from '../source-objects.ts'
import { resolveSink } from '../source-sink.ts'

type Current = PingSource & { status: PingSourceStatus }

/** The Deployment that sends for all PingSources. */
export const pingAdapter = 'pingsource-mt-adapter'

/** A PingSource is an entry in the table of the adapter that all share, and that the first one brings up. */
export class PingSourceReconciler {
  readonly #world: EventingWorld
  readonly #objects: SourceObjects
  readonly #resolver: Resolver
  readonly #recorder: EventRecorder

  constructor(world: EventingWorld, objects: SourceObjects, resolver: Resolver, recorder: EventRecorder) {
    this.#world = world
    this.#objects = objects
    this.#resolver = resolver
    this.#recorder = recorder
  }

  async reconcile(source: Current): Promise<Outcome> {
    const { status } = source
    const { namespace, name } = source.metadata
    const marks = new Marks(status, pingSourceConditions)
    this.#resolver.begin(source)
    await resolveSink(source, this.#resolver, marks)
    markIdentity(marks, this.#world.settings)
    await this.#deployed(source, marks)
    status.ceAttributes = [{ type: 'dev.knative.sources.ping', source: `/apis/v1/namespaces/${namespace}/pingsources/${name}` }]
    return settled
  }

  async #deployed(source: Current, marks: Marks): Promise<void> {
    const key = { namespace: this.#world.systemNamespace, name: pingAdapter }
    const found = this.#objects.deployments.get(key)
    if (found === undefined) {
      const words = `there is no Deployment ${key.namespace}/${key.name}: install Eventing's sources`
      marks.false('Deployed', 'DeploymentNotFound', words)
      throw new Error(words)
    }
    followDeployment(marks, 'Deployed', await this.#awake(source, found))
  }

  /** The adapter with at least one replica. */
  async #awake(source: Current, deployment: Deployment): Promise<Deployment> {
    if ((deployment.spec?.replicas ?? 1) > 0) return deployment
    const written = await this.#objects.deployments.update({ ...deployment, spec: { ...deployment.spec!, replicas: 1 } })
    this.#recorder.record(source, 'Normal', 'PingSourceDeploymentUpdated', 'PingSource adapter deployment updated')
    return written
  }
}
