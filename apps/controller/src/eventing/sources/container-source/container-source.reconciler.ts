import {
  conditionOf,
  containerSourceConditions,
  containerSources,
  type ContainerSource,
  type ContainerSourceStatus,
  type SinkBinding
} from '@knative-ts/api'
import { ensureOwned, equalJson, type EventRecorder, Marks, type Outcome, settled } from '@knative-ts/kube'
import { tellAddress, toldAddress } from '../../marking/tell-address.ts'
import { changedDeployment } from '../changed-deployment.ts'
import { followDeployment } from '../follow-deployment.ts'
import type { SourceObjects } from '../source-objects.ts'
import { containerDeploymentOf, sinkBindingOf } from './children-of.ts'

type Current = ContainerSource & { status: ContainerSourceStatus }

/** A ContainerSource is a Deployment of its pods and the SinkBinding that tells them where events go to. */
export class ContainerSourceReconciler {
  readonly #objects: SourceObjects
  readonly #recorder: EventRecorder

  constructor(objects: SourceObjects, recorder: EventRecorder) {
    this.#objects = objects
    this.#recorder = recorder
  }

  async reconcile(source: Current): Promise<Outcome> {
    const marks = new Marks(source.status, containerSourceConditions)
    followBinding(source, marks, await this.#binding(source))
    const desired = containerDeploymentOf(source)
    const { object, action } = await ensureOwned(this.#objects.deployments, source, containerSources, desired, (current) =>
      changedDeployment(current, desired, true)
    )
    if (action !== 'unchanged') this.#say(source, `Deployment${past(action)}`, `Deployment ${action} "${object.metadata.name}"`)
    followDeployment(marks, 'ReceiveAdapterReady', object)
    return settled
  }

  async #binding(source: Current): Promise<SinkBinding> {
    const desired = sinkBindingOf(source)
    const { object, action } = await ensureOwned(this.#objects.sinkBindings, source, containerSources, desired, (current) =>
      equalJson(current.spec, desired.spec) ? undefined : { ...current, spec: desired.spec }
    )
    if (action !== 'unchanged') this.#say(source, `SinkBinding${past(action)}`, `SinkBinding ${action} "${object.metadata.name}"`)
    return object
  }

  #say(source: ContainerSource, reason: string, message: string): void {
    this.#recorder.record(source, 'Normal', reason, message)
  }
}

const past = (action: 'created' | 'updated'): string => (action === 'created' ? 'Created' : 'Updated')

/** The sink that the binding has found, and whether it has told it. */
function followBinding({ status }: Current, marks: Marks, { metadata, status: told = {} }: SinkBinding): void {
  tellAddress(status, 'sink', toldAddress(told, 'sink'))
  if (told.observedGeneration === metadata.generation) marks.mirror('SinkBindingReady', conditionOf(told.conditions, 'Ready'))
  else marks.unknown('SinkBindingReady', 'SinkBindingUnavailable', `The SinkBinding '${metadata.name}' is not up to date yet.`)
}
