import type { InformerFactory, KubeClient, Log } from '@knative-ts/kube'
import type { Registration } from '../registration/registration.ts'
import type { Reviewer } from '../review/admission-review.ts'
import type { WebhookEnvironment } from '../webhook.config.ts'

/** What a group is made of. */
export interface GroupWorld {
  readonly client: KubeClient
  readonly factory: InformerFactory
  readonly environment: WebhookEnvironment
  readonly log: Log
}

/** All that a part of the installation is asked: Serving or Eventing. */
export interface WebhookGroup {
  readonly registrations: readonly Registration[]
  readonly reviewers: Readonly<Record<string, Reviewer>>
  readonly converters?: Readonly<Record<string, (review: unknown) => unknown>>
  /** Calls back when rules of the registrations have become others. */
  readonly followRules?: (changed: () => void) => void
  /** Resolves once what defaults and rules ask is known. */
  synced(): Promise<void>
}
