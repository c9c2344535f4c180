/** One request about resources, after its path, query and user are known, and what every request handler works with. */
import type { KubeObject } from '@knative-ts/api'
import { secondTime } from '@knative-ts/kube'
import type { AdmissionPolicies } from '../admission/admission-policies.ts'
import type { AdmissionWebhooks } from '../admission/admission-webhooks.ts'
import type { Authorizer } from '../auth/authorizer.ts'
import type { User } from '../auth/user.ts'
import type { Facts } from '../builtin/kind-rules.ts'
import type { ServiceAddresses } from '../builtin/service-addresses.ts'
import type { Conversions } from '../crd/conversions.ts'
import type { CustomTypes } from '../crd/custom-types.ts'
import type { Registry } from '../registry/registry.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { UsageStore } from '../usage/usage-store.ts'

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

export interface Call {
  readonly type: ResourceType
  readonly user: User
  /** '' for cluster-scoped objects, and for lists over all namespaces. */
  readonly namespace: string
  /** '' for collections and creates. */
  readonly name: string
  readonly subresource: string
  readonly dryRun: boolean
  /** Field manager of the write. */
  readonly manager: string
  readonly validation: FieldValidation
  readonly warn: (text: string) => void
  /** CreateOptions, UpdateOptions or DeleteOptions as the client gave them: webhooks are shown them. */
  readonly options?: Readonly<Record<string, unknown>>
  /** One of a collection that is deleted: nobody named the object. */
  readonly collective?: boolean
}

/** What the handlers share. */
export interface World {
  readonly store: ObjectStore
  readonly registry: Registry
  readonly webhooks: AdmissionWebhooks
  readonly policies: AdmissionPolicies
  readonly authorizer: Authorizer
  readonly addresses: ServiceAddresses
  readonly customTypes: CustomTypes
  readonly conversions: Conversions
  /** Objects of metrics.k8s.io, which are not stored. */
  readonly usage: UsageStore
  /** The first revision that a watch may start from: what a new cluster begins with has no history. */
  readonly firstRevision: () => number
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}

/** What the rules of a kind may ask for now. */
export function factsOf({ store, clock }: World): Facts {
  return {
    now: secondTime(clock()),
    find: (resource, namespace, name) => store.get({ resource, namespace, name })?.object,
    list: (resource) => store.list(resource).map(({ object }) => object)
  }
}

/** An object to answer with; `json` is its text when it is already at hand in the version that the call asks for. */
export interface Shown {
  readonly object: KubeObject
  readonly json?: string
}
