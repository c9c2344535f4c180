import { keyOf, keyText, type ObjectKey } from '@knative-ts/api'
import { persistentVolumeClaims, pods, type Pod, type Volume } from '@knative-ts/api/kubernetes'
import {
  controllerKeys,
  createEventRecorder,
  createReconcileLoop,
  errorText,
  isControlledBy,
  isNamespaceTerminating,
  type Outcome,
  type ReconcileLoop,
  settled,
  triggeredBy
} from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { claimsOf } from '../persistent-volume/persistent-volume-claim.reconciler.ts'
import { ephemeralClaimOf } from './ephemeral-claim-of.ts'

/** Makes the claims of pods' ephemeral volumes, and makes one anew that was deleted under its pod. */
export function ephemeralVolumeLoop({ client, factory, log, clock }: ControllerContext): ReconcileLoop {
  const events = createEventRecorder({ client, component: 'ephemeral_volume', log, clock })
  const allPods = factory.informer(pods, { indexes: { ephemeral: byEphemeralClaim } })
  const claims = factory.informer(persistentVolumeClaims)

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const pod = allPods.cache.get(key)
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return settled
    for (const volume of pod.spec?.volumes ?? []) {
      const why = await ensure(pod, volume)
      if (why === undefined) continue
      events.record(pod, 'Warning', 'FailedBinding', `ephemeral volume ${volume.name}: ${why}`)
      // Retried: somebody may take the foreign claim away.
      throw new Error(`pod "${keyText(key)}", ephemeral volume "${volume.name}": ${why}`)
    }
    return settled
  }

  /** Resolves with what is in the way, if anything. */
  const ensure = async (pod: Pod, volume: Volume): Promise<string | undefined> => {
    const claim = ephemeralClaimOf(pod, volume)
    if (claim === undefined) return undefined
    const found = claims.cache.get(keyOf(claim))
    if (found !== undefined) {
      const names = `PVC ${keyText(keyOf(claim))} was not created for pod ${keyText(keyOf(pod))}`
      return isControlledBy(found, pod) ? undefined : `${names} (pod is not owner)`
    }
    try {
      await client.create(persistentVolumeClaims, claim)
      return undefined
    } catch (error) {
      // The pod goes with its namespace.
      if (isNamespaceTerminating(error)) return undefined
      return `create PVC ${claim.metadata.name}: ${errorText(error)}`
    }
  }

  return createReconcileLoop({
    name: 'ephemeral-volume-controller',
    log,
    clock,
    triggers: [
      triggeredBy(allPods, (pod) => (byEphemeralClaim(pod).length === 0 ? [] : [keyOf(pod)])),
      triggeredBy(claims, (claim) => [
        ...controllerKeys(pods)(claim),
        ...allPods.cache.byIndex('ephemeral', keyText(keyOf(claim))).map(keyOf)
      ])
    ],
    reconcile
  })
}

/** An index function: files a pod under the claims of its ephemeral volumes. */
function byEphemeralClaim(pod: Pod): readonly string[] {
  const volumes = (pod.spec?.volumes ?? []).filter(({ ephemeral }) => ephemeral !== undefined)
  if (volumes.length === 0) return []
  return claimsOf({ ...pod, spec: { containers: [], volumes } }).map((name) => keyText({ namespace: pod.metadata.namespace ?? '', name }))
}
