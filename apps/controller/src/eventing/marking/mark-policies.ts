import type { Marks } from '@knative-ts/kube'
import type { EventingSettings } from '../settings/eventing-settings.ts'

/** EventPolicies decide nothing while senders are not asked who they are. */
export function markPolicies(marks: Marks, settings: Pick<EventingSettings, 'features'>): void {
  if (!settings.features().authenticationOidc) {
    marks.true('EventPoliciesReady', 'OIDCDisabled', 'Feature "authentication-oidc" must be enabled to support Authorization')
    return
  }
  marks.unknown('EventPoliciesReady', 'OIDCNotSupported', notSupported)
}

/** The identity that an object sends as. */
export function markIdentity(marks: Marks, settings: Pick<EventingSettings, 'features'>): void {
  if (!settings.features().authenticationOidc) marks.true('OIDCIdentityCreated', 'authentication-oidc feature disabled')
  else marks.unknown('OIDCIdentityCreated', 'OIDCNotSupported', notSupported)
}

const notSupported =
  'config-features asks for authentication-oidc, which this version does not have: events would be taken from anybody. Set it to disabled.'
