import { admittedKinds, configMapProblem } from '@knative-ts/api'
import { watchSettings } from '../admission-settings.ts'
import { servingRegistrations } from '../registration/webhook-rules.ts'
import { configValidation } from '../review/config-validation.ts'
import { defaulting } from '../review/defaulting.ts'
import { podDryRun } from '../review/dry-run.ts'
import { resourceValidation } from '../review/resource-validation.ts'
import type { GroupWorld, WebhookGroup } from './webhook-group.ts'

/** What is asked about Serving. */
export function servingGroup({ client, factory, environment, log }: GroupWorld): WebhookGroup {
  const settings = watchSettings(factory, environment.SYSTEM_NAMESPACE, environment.CLUSTER_DOMAIN, log)
  const admitted = { kinds: admittedKinds, config: () => settings.current() }
  return {
    registrations: servingRegistrations,
    reviewers: {
      '/defaulting': defaulting(admitted),
      '/resource-validation': resourceValidation(admitted, podDryRun(client)),
      '/config-validation': configValidation(configMapProblem)
    },
    synced: () => settings.synced()
  }
}
