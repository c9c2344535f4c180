import { convertEventing, eventingConfigMapProblem, eventingKinds } from '@knative-ts/api'
import { crossNamespaceAccess } from '../eventing/cross-namespace-access.ts'
import { watchEventingSettings } from '../eventing/eventing-settings.ts'
import { jobDryRun } from '../eventing/job-dry-run.ts'
import { eventingRegistrations } from '../registration/webhook-rules.ts'
import { configValidation } from '../review/config-validation.ts'
import { answerConversion } from '../review/conversion-review.ts'
import { defaulting } from '../review/defaulting.ts'
import { resourceValidation } from '../review/resource-validation.ts'
import { bindSubjects } from '../sink-bindings/bind-subjects.ts'
import { BindingTable } from '../sink-bindings/binding-table.ts'
import { sinkBindingRegistration } from '../sink-bindings/sink-binding-registration.ts'
import type { GroupWorld, WebhookGroup } from './webhook-group.ts'

/** What is asked about Eventing. */
export function eventingGroup({ client, factory, environment, log }: GroupWorld): WebhookGroup {
  const settings = watchEventingSettings(factory, environment.SYSTEM_NAMESPACE, log)
  const admitted = { kinds: eventingKinds, config: () => settings.current() }
  const mayLink = crossNamespaceAccess(client)
  const tryJob = jobDryRun(client)
  const bindings = new BindingTable(factory)
  return {
    registrations: [...eventingRegistrations, sinkBindingRegistration(bindings, environment.SINK_BINDING_SELECTION_MODE)],
    followRules: (changed) => bindings.onChange(changed),
    reviewers: {
      '/defaulting': defaulting(admitted),
      '/resource-validation': resourceValidation(admitted, async (request) => (await mayLink(request)) ?? (await tryJob(request))),
      '/config-validation': configValidation(eventingConfigMapProblem),
      '/sinkbindings': bindSubjects(bindings)
    },
    converters: { '/resource-conversion': (review) => answerConversion(review, convertEventing) },
    synced: async () => void (await Promise.all([settings.synced(), bindings.synced()]))
  }
}
