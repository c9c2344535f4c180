/** namespaces/finalize: the namespace controller gives up its hold. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Call, Shown, World } from './call.ts'
import { checkName, checkPreconditions } from './identity.ts'
import { takeIn } from './intake.ts'
import { update } from './update.ts'

/** Replaces `spec.finalizers`; the namespace goes when nothing holds it any more. */
export function finalizeNamespace(world: World, call: Call, body: k8s.Namespace, problems: readonly string[]): Promise<Shown> {
  takeIn(call, body, problems)
  checkName(call, body)
  return update(world, call, (current) => {
    checkPreconditions(call, body, current)
    const namespace = structuredClone(current) as k8s.Namespace
    namespace.spec = { ...namespace.spec, finalizers: [...(body.spec?.finalizers ?? [])] }
    if (namespace.spec.finalizers?.length === 0) delete namespace.spec.finalizers
    return { object: namespace }
  })
}
