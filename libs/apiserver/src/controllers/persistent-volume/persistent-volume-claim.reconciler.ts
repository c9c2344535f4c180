import { keyOf, type ObjectKey } from '@knative-ts/api'
import {
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  storageClasses,
  type PersistentVolumeClaim,
  type Pod,
  type StorageClass
} from '@knative-ts/api/kubernetes'
import {
  createEventRecorder,
  createReconcileLoop,
  errorText,
  isAlreadyExists,
  type Outcome,
  type ReconcileLoop,
  settled,
  triggeredBy
} from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'
import { planClaim, selectedNode, type Told } from './claim.plan.ts'
import { localProvisioner, type LocalDirectories } from './local-directories.ts'
import { bind, setClaimStatus } from './volume-binder.ts'

const component = 'persistentvolume-controller'
const provisionerMarks = ['volume.beta.kubernetes.io/storage-provisioner', 'volume.kubernetes.io/storage-provisioner']

/** Finds each claim its volume, or has one made. `directories`: absent where this machine makes no volumes. */
export function persistentVolumeClaimLoop(context: ControllerContext, directories: LocalDirectories | undefined): ReconcileLoop {
  const { client, factory, log, clock } = context
  const events = createEventRecorder({ client, component, log, clock })
  const provisionerEvents = createEventRecorder({ client, component: localProvisioner, log, clock })
  const informer = factory.informer(persistentVolumeClaims)
  const volumes = factory.informer(persistentVolumes)
  const classes = factory.informer(storageClasses)
  const allNodes = factory.informer(nodes)
  const allPods = factory.informer(pods)

  const reconcile = async (key: ObjectKey): Promise<Outcome> => {
    const claim = informer.cache.get(key)
    if (claim === undefined || claim.metadata.deletionTimestamp !== undefined) return settled
    const plan = planClaim(claim, {
      volumes: volumes.cache.list(),
      classes: classes.cache.list(),
      waitingPods: allPods.cache
        .list(key.namespace)
        .filter((pod) => !pod.spec?.nodeName && claimsOf(pod).includes(key.name))
        .map(({ metadata }) => metadata.name ?? '')
    })
    switch (plan.kind) {
      case 'bind':
        await bind(client, plan.volume, claim)
        break
      case 'classify':
        await client.update(persistentVolumeClaims, { ...claim, spec: { ...claim.spec, storageClassName: plan.className } })
        break
      case 'lost':
        if (claim.status?.phase !== 'Lost') tell(claim, plan.told)
        await setClaimStatus(client, claim, { phase: 'Lost' })
        break
      case 'wait':
        if (plan.told !== undefined) tell(claim, plan.told)
        await setClaimStatus(client, claim, { phase: 'Pending' })
        break
      case 'provision':
        await provision(claim, plan.storageClass)
    }
    return settled
  }

  const tell = (claim: PersistentVolumeClaim, { type, reason, message }: Told): void => events.record(claim, type, reason, message)

  const provision = async (claim: PersistentVolumeClaim, storageClass: StorageClass): Promise<void> => {
    const { provisioner } = storageClass
    const marked = await mark(claim, storageClass)
    tell(claim, {
      type: 'Normal',
      reason: 'ExternalProvisioning',
      message: `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`
    })
    if (provisioner !== localProvisioner || directories === undefined) return
    const { namespace, name } = claim.metadata
    try {
      const volume = await directories.provision(marked, storageClass)
      await client.create(persistentVolumes, volume)
      provisionerEvents.record(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volume.metadata.name}`)
    } catch (error) {
      // Made by an earlier pass whose volume the cache does not show yet.
      if (isAlreadyExists(error)) return
      const why = errorText(error)
      const message = `failed to provision volume for claim "${namespace}/${name}" with StorageClass "${storageClass.metadata.name}": ${why}`
      provisionerEvents.record(claim, 'Warning', 'ProvisioningFailed', message)
      throw error
    }
  }

  /** Names the provisioner, and for a class that waits for a pod the node, as the scheduler would. */
  const mark = async (claim: PersistentVolumeClaim, storageClass: StorageClass): Promise<PersistentVolumeClaim> => {
    const node = storageClass.volumeBindingMode === 'WaitForFirstConsumer' ? allNodes.cache.list()[0]?.metadata.name : undefined
    const marks = {
      ...Object.fromEntries(provisionerMarks.map((name) => [name, storageClass.provisioner])),
      ...(node === undefined ? {} : { [selectedNode]: node })
    }
    const before = claim.metadata.annotations ?? {}
    if (Object.entries(marks).every(([name, value]) => before[name] === value)) return claim
    return client.update(persistentVolumeClaims, { ...claim, metadata: { ...claim.metadata, annotations: { ...before, ...marks } } })
  }

  const pending = (): ObjectKey[] =>
    informer.cache
      .list()
      .filter(({ status }) => status?.phase !== 'Bound')
      .map(keyOf)
  return createReconcileLoop({
    name: component,
    log,
    clock,
    // One at a time: two claims must not take the same volume.
    workers: 1,
    triggers: [
      triggeredBy(informer),
      triggeredBy(volumes, ({ spec, metadata }) => {
        const { namespace = '', name = '' } = spec?.claimRef ?? {}
        const bound = informer.cache.list().filter((claim) => claim.spec?.volumeName === metadata.name)
        return name === '' ? [...pending(), ...bound.map(keyOf)] : [{ namespace, name }, ...bound.map(keyOf)]
      }),
      triggeredBy(classes, pending),
      triggeredBy(allPods, (pod) =>
        pod.spec?.nodeName ? [] : claimsOf(pod).map((name) => ({ namespace: pod.metadata.namespace ?? '', name }))
      )
    ],
    reconcile
  })
}

/** Names of the claims that a pod uses, those of its ephemeral volumes included. */
export function claimsOf({ metadata, spec }: Pod): string[] {
  return (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) =>
    persistentVolumeClaim !== undefined ? [persistentVolumeClaim.claimName] : ephemeral !== undefined ? [`${metadata.name}-${name}`] : []
  )
}
