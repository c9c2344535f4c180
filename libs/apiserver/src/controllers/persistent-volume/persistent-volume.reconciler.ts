import type { ObjectKey } from '@knative-ts/api'
import { persistentVolumeClaims, persistentVolumes, type PersistentVolume, type PersistentVolumeClaim } from '@knative-ts/api/kubernetes'
import {
  createEventRecorder,
  createReconcileLoop,
  errorText,
  isNotFound,
  type Outcome,
  type ReconcileLoop,
  settled,
  triggeredBy
} from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { localProvisioner, type LocalDirectories } from './local-directories.ts'
import { setVolumePhase, unbind } from './volume-binder.ts'
import { planVolume, provisionedBy } from './volume.plan.ts'

const component = 'persistentvolume-controller'

/** Keeps each volume's phase, and does what its policy says once its claim is gone. */
export function persistentVolumeLoop(context: ControllerContext, directories: LocalDirectories | undefined): ReconcileLoop {
  const { client, factory, log, clock } = context
  const events = createEventRecorder({ client, component, log, clock })
  const informer = factory.informer(persistentVolumes)
  const claims = factory.informer(persistentVolumeClaims)

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const volume = informer.cache.get(key)
    if (volume === undefined) return settled
    const plan = planVolume(volume, await claimOf(volume))
    switch (plan.kind) {
      case 'phase':
        await setVolumePhase(client, volume, { phase: plan.phase })
        break
      case 'unbind':
        await unbind(client, volume)
        break
      case 'fail':
        await fail(volume, plan.reason, plan.message)
        break
      case 'delete':
        await remove(volume)
        break
      case 'wait':
    }
    return settled
  }

  /** A claim that the cache does not show may only be late: the server has the last word before data is given up. */
  const claimOf = async (volume: PersistentVolume): Promise<PersistentVolumeClaim | undefined> => {
    const { namespace = '', name = '', uid } = volume.spec?.claimRef ?? {}
    if (!uid) return undefined
    const known = claims.cache.get({ namespace, name })
    if (known?.metadata.uid === uid) return known
    return client.get(persistentVolumeClaims, { namespace, name }).catch((error: unknown) => {
      if (isNotFound(error)) return undefined
      throw error
    })
  }

  const fail = async (volume: PersistentVolume, reason: string, message: string): Promise<void> => {
    if (volume.status?.phase !== 'Failed' || volume.status.message !== message) events.record(volume, 'Warning', reason, message)
    await setVolumePhase(client, volume, { phase: 'Failed', message })
  }

  /** What another provisioner made, that one removes. */
  const remove = async (volume: PersistentVolume): Promise<void> => {
    const maker = volume.metadata.annotations?.[provisionedBy]
    if (maker === undefined)
      return fail(
        volume,
        'VolumeFailedDelete',
        `error getting deleter volume plugin for volume "${volume.metadata.name}": no deletable volume plugin matched`
      )
    if (maker !== localProvisioner || directories === undefined) return
    try {
      await directories.remove(volume)
    } catch (error) {
      return fail(volume, 'VolumeFailedDelete', errorText(error))
    }
    await client.delete(persistentVolumes, { namespace: '', name: volume.metadata.name ?? '' })
  }

  return createReconcileLoop({
    name: 'persistentvolume-reclaim',
    log,
    clock,
    triggers: [
      triggeredBy(informer),
      triggeredBy(claims, ({ metadata, spec }) =>
        informer.cache
          .list()
          .filter((volume) => volume.metadata.name === spec?.volumeName || volume.spec?.claimRef?.uid === metadata.uid)
          .map((volume) => ({ namespace: '', name: volume.metadata.name ?? '' }))
      )
    ],
    reconcile
  })
}
