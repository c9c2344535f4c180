import { jobSinkConditions, jobSinkNameLabel, keyOf, keyText, type JobSink, type JobSinkStatus } from '@knative-ts/api'
import { Marks, settled, type Outcome } from '@knative-ts/kube'
import { dataPlaneServices, endpointsOf, serviceUrl } from '../endpoints/service-endpoints.ts'
import type { EventingWorld } from '../eventing-world.ts'
import { markPolicies } from '../marking/mark-policies.ts'
import { memberKey } from '../routing/event-table.ts'
import { jobSinkMessage } from '../routing/members-of.ts'
import { versionOf } from '../routing/version-of.ts'

type Current = JobSink & { status: JobSinkStatus }

/** A JobSink is a path of the job sink's own Service. */
export class JobSinkReconciler {
  readonly #world: EventingWorld

  constructor(world: EventingWorld) {
    this.#world = world
  }

  reconcile(sink: Current): Promise<Outcome> {
    const { objects, systemNamespace, clusterDomain, settings, acknowledgements } = this.#world
    const { namespace = '', name = '' } = sink.metadata
    const marks = new Marks(sink.status, jobSinkConditions)
    const url = `${serviceUrl(dataPlaneServices['job-sink'], systemNamespace, clusterDomain)}/${namespace}/${name}`
    sink.status.address = { name: 'http', url }
    sink.status.job = { selector: `${jobSinkNameLabel}=${name}` }
    const key = memberKey('jobsink', keyText(keyOf(sink)))
    const served = marks.isTrue('Addressable') && sink.status.observedGeneration === sink.metadata.generation
    const isThere = endpointsOf(objects.endpointSlices, systemNamespace, dataPlaneServices['job-sink']).length > 0
    if ((served && isThere) || acknowledgements.servedByAll(key, versionOf(jobSinkMessage(sink)))) marks.true('Addressable')
    else {
      const words = `No pod behind Service ${systemNamespace}/${dataPlaneServices['job-sink']} takes events for this JobSink yet.`
      marks.unknown('Addressable', 'JobSinkNotUpdated', words)
    }
    markPolicies(marks, settings)
    return Promise.resolve(settled)
  }
}
