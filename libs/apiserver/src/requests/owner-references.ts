/** Owner references that say the same twice: `k8s.io/apiserver/pkg/endpoints/handlers/create.go`, dedupOwnerReferencesAndAddWarning. */
import type { KubeObject } from '@knative-ts/api'
import type { Call } from './call.ts'
import { sameJson } from './same-json.ts'

/** Drops repeated owner references, in place, and warns of them. */
export function dropRepeatedOwners(call: Call, { metadata }: KubeObject): void {
  const owners = metadata.ownerReferences
  if (owners === undefined || owners.length < 2) return
  const once = owners.filter((owner, index) => owners.findIndex((one) => sameJson(one, owner)) === index)
  if (once.length === owners.length) return
  const uids = owners.filter((owner) => !once.includes(owner)).map(({ uid }) => uid)
  call.warn(
    `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${[...new Set(uids)].join(', ')}`
  )
  metadata.ownerReferences = once
}
