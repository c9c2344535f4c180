/** What has to be let go of and removed when Serving or Eventing goes. */
import {
  apiServerSources,
  domainMappings,
  ingresses,
  pingSources,
  rolesCertificateName,
  routes,
  sinkBindings,
  subscriptions,
  type Ingress,
  type KubeObject,
  type Resource
} from '@knative-ts/api'
import { authoritySecretName, madeHereLabel } from '../certificate/authority.ts'
import { domainMappingFinalizer } from '../domain-mapping/domain-mapping.reconciler.ts'
import { isOurs } from '../ingress/ingress.reconciler.ts'
import { ingressFinalizer } from '../route/ingress-of.ts'
import { routeFinalizer } from '../service/route-of.ts'

/** Objects of users that wait for a controller of ours. */
export interface Held {
  readonly resource: Resource
  readonly finalizer: string
  /** Those that do; all unless said. */
  readonly ours?: (object: KubeObject) => boolean
}

export interface Departure {
  /** `app.kubernetes.io/name` of what is installed. */
  readonly label: string
  readonly mutating: readonly string[]
  readonly validating: readonly string[]
  /** Deployments of roles that would make anew what is taken away: finalizers, leases, the Secret with the certificates. */
  readonly writers: readonly string[]
  readonly held: readonly Held[]
  /** Names of Images. */
  readonly images: readonly string[]
  /** Name of the Secret that the webhook has made. */
  readonly certificates: string
  /** Names of Certificates that the roles show each other; their Secrets go with them. */
  readonly shown: readonly string[]
  /** The Secret of an authority that was made here, which the label says: one of somebody else's stays. */
  readonly authority?: { readonly name: string; readonly label: string }
  /** Names of the leases that the roles have made. */
  readonly leases: RegExp
}

/** Each kind's finalizer is its plural and group (reference of Eventing 1.0). */
const held = (resource: Resource): Held => ({ resource, finalizer: `${resource.plural}.${resource.group}` })

export const departures: Readonly<Record<'serving' | 'eventing', Departure>> = {
  serving: {
    label: 'knative-serving',
    mutating: ['webhook.serving.knative.dev'],
    validating: ['validation.webhook.serving.knative.dev', 'config.webhook.serving.knative.dev'],
    writers: ['controller', 'autoscaler', 'webhook'],
    held: [
      { resource: routes as Resource, finalizer: routeFinalizer },
      { resource: domainMappings as Resource, finalizer: domainMappingFinalizer },
      { resource: ingresses as Resource, finalizer: ingressFinalizer, ours: (ingress) => isOurs(ingress as Ingress) }
    ],
    images: ['queue-proxy'],
    certificates: 'webhook-certs',
    shown: [rolesCertificateName],
    authority: { name: authoritySecretName, label: madeHereLabel },
    leases: /^((controller|hpaautoscaler)\.knative\.dev\.serving\.|autoscaler-bucket-)/
  },
  eventing: {
    label: 'knative-eventing',
    mutating: ['webhook.eventing.knative.dev', 'inmemorychannel.eventing.knative.dev', 'sinkbindings.webhook.sources.knative.dev'],
    validating: [
      'validation.webhook.eventing.knative.dev',
      'validation.inmemorychannel.eventing.knative.dev',
      'config.webhook.eventing.knative.dev'
    ],
    writers: ['eventing-controller', 'eventing-webhook'],
    held: [subscriptions, sinkBindings, pingSources, apiServerSources].map((resource) => held(resource as Resource)),
    images: [],
    certificates: 'eventing-webhook-certs',
    shown: [],
    leases: /^((controller|mt-broker-controller|imc-controller)\.knative\.dev\.eventing\.|pingsource-mt-adapter)/
  }
}
