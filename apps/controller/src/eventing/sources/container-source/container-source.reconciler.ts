import {
  conditionOf,
  containerSourceConditions,
  containerSources,
  type ContainerSource,
  type ContainerSourceStatus,
  type SinkBinding
} from '@knative-ts/api'
import type { Deployment } from '@knative-ts/api/kubernetes'
import { ApiError, ensureOwned, equalJson, type EventRecorder, Marks, type Outcome, settled } from '@knative-ts/kube'
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
    const binding = await this.#binding(source)
    const deployment = await this.#deployment(source, marks)
    followBinding(source, marks, binding)
    followDeployment(marks, 'ReceiveAdapterReady', deployment)
    return settled
  }

  /** One that the API server refuses is the user's template: the source says so, and not that its binding finds no Deployment. */
  async #deployment(source: Current, marks: Marks): Promise<Deployment> {
    const desired = containerDeploymentOf(source)
    try {
      const { object, action } = await ensureOwned(this.#objects.deployments, source, containerSources, desired, (current) =>
        changedDeployment(current, desired, true)
      )
      if (action !== 'unchanged') this.#say(source, `Deployment${past(action)}`, `Deployment ${action} "${object.metadata.name}"`)
      return object
    } catch (error) {
      if (error instanceof ApiError && (error.code === 422 || error.code === 403))
        marks.false('ReceiveAdapterReady', 'DeploymentRefused', error.message)
      throw error
    }
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
