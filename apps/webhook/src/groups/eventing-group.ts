import { convertEventing, eventingConfigMapProblem, eventingKinds } from '@knative-ts/api'
import { crossNamespaceAccess } from '../eventing/cross-namespace-access.ts'
import { watchEventingSettings } from '../eventing/eventing-settings.ts'
import { jobDryRun } from '../eventing/job-dry-run.ts'
import { eventingRegistrations } from '../registration/webhook-rules.ts'
import { configValidation } from '../review/config-validation.ts'
import { answerConversion } from '../review/conversion-review.ts'
import { defaulting } from '../review/defaulting.ts'
import { resourceValidation } from '../review/resource-validation.ts'
import type { GroupWorld, WebhookGroup } from './webhook-group.ts'

/** What is asked about Eventing. */
export function eventingGroup({ client, factory, environment, log }: GroupWorld): WebhookGroup {
  const settings = watchEventingSettings(factory, environment.SYSTEM_NAMESPACE, log)
  const admitted = { kinds: eventingKinds, config: () => settings.current() }
  const mayLink = crossNamespaceAccess(client)
  const tryJob = jobDryRun(client)
  return {
    registrations: eventingRegistrations,
    reviewers: {
      '/defaulting': defaulting(admitted),
      '/resource-validation': resourceValidation(admitted, async (request) => (await mayLink(request)) ?? (await tryJob(request))),
      '/config-validation': configValidation(eventingConfigMapProblem)
    },
    converters: { '/resource-conversion': (review) => answerConversion(review, convertEventing) },
    synced: () => settings.synced()
  }
}
