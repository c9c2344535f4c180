/** Objects as admission sees them: of a scale the Scale, of another version's rule that version. */
import type { KubeObject } from '@knative-ts/api'
import type { ResourceType } from '../registry/resource-type.ts'
import type { Call } from '../requests/call.ts'
import { scaleOf, withReplicas, type Scale } from '../requests/scale.ts'
import { kept, needsWebhook, shown } from '../requests/versions.ts'

/** What a webhook or policy gets to see. */
export const asAdmitted = (call: Call, object: KubeObject): KubeObject =>
  call.subresource === 'scale' && object.kind !== 'Scale' ? scaleOf(call, object) : object

/** What a changed Scale makes of the object whose it is. */
export const asWritten = (call: Call, object: KubeObject, changed: KubeObject): KubeObject => withReplicas(call, object, changed as Scale)

/** The object in another version. Throws Unconverted where a conversion webhook has to be asked first. */
export const converted = (object: KubeObject, from: ResourceType, to: ResourceType): KubeObject =>
  // A webhook converts between any two versions; what is built in goes through the one that is kept.
  shown(to, { object: needsWebhook(to) ? object : kept(from, object) }).object
