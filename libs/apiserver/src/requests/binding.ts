/** pods/binding: the scheduler puts a pod on a node. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { conflict, invalid, required, unsupportedValue } from '../http/errors.ts'
import type { Call, World } from './call.ts'
import { update } from './update.ts'

const BINDING = { group: '', plural: 'bindings', kind: 'Binding' }

/** Sets the node once; 409 for a pod that has one. */
export async function bindPod(world: World, call: Call, binding: k8s.Binding): Promise<KubeObject> {
  const { target } = binding
  if (!target?.name) throw invalid(BINDING, call.name, [required('target.name')])
  if (target.kind && target.kind !== 'Node')
    throw invalid(BINDING, call.name, [unsupportedValue('target.kind', target.kind, ['Node', '<empty>'])])
  await update(world, call, (current) => {
    const pod = structuredClone(current) as k8s.Pod
    if (pod.metadata.deletionTimestamp !== undefined)
      throw conflict(call.type, call.name, `pod ${call.name} is being deleted, cannot be assigned to a host`)
    if (pod.spec === undefined || pod.spec.nodeName)
      throw conflict(call.type, call.name, `pod ${call.name} is already assigned to node ${JSON.stringify(pod.spec?.nodeName)}`)
    pod.spec.nodeName = target.name ?? ''
    const now = new Date(world.clock()).toISOString().replace(/\.\d+Z$/, 'Z')
    const conditions = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
    pod.status = {
      ...pod.status,
      conditions: [...conditions, { type: 'PodScheduled', status: 'True', lastTransitionTime: now }]
    } as k8s.PodStatus
    return { object: pod }
  })
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } as KubeObject
}
