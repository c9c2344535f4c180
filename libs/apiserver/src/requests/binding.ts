/** pods/binding: the scheduler puts a pod on a node. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { secondTime } from '@knative-ts/kube'
import { badRequest, conflict, plainFailure } from '../http/errors.ts'
import type { Call, World } from './call.ts'
import { update } from './update.ts'

const BINDING = { group: '', plural: 'pods/binding', kind: 'Pod' }

/** Sets the node once; 409 for a pod that has one. */
export async function bindPod(world: World, call: Call, binding: k8s.Binding): Promise<KubeObject> {
  const { target } = binding
  const named = binding.metadata?.name
  if (named !== undefined && named !== '' && named !== call.name) throw badRequest('name in URL does not match name in Binding object')
  if (target?.kind && target.kind !== 'Node')
    throw plainFailure(`target.kind: Unsupported value: ${JSON.stringify(target.kind)}: supported values: "Node", "<empty>"`)
  if (!target?.name) throw plainFailure('target.name: Required value')
  await update(world, call, (current) => {
    const pod = structuredClone(current) as k8s.Pod
    if (pod.metadata.deletionTimestamp !== undefined)
      throw conflict(BINDING, call.name, `pod ${call.name} is being deleted, cannot be assigned to a host`)
    if (pod.spec === undefined || pod.spec.nodeName)
      throw conflict(BINDING, call.name, `pod ${call.name} is already assigned to node ${JSON.stringify(pod.spec?.nodeName)}`)
    if ((pod.spec.schedulingGates ?? []).length > 0)
      throw conflict(BINDING, call.name, `pod ${call.name} has non-empty .spec.schedulingGates`)
    pod.spec.nodeName = target.name ?? ''
    const now = secondTime(world.clock())
    const conditions = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
    pod.status = {
      ...pod.status,
      conditions: [...conditions, { type: 'PodScheduled', status: 'True', lastTransitionTime: now }]
    } as k8s.PodStatus
    return { object: pod }
  })
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } as KubeObject
}
