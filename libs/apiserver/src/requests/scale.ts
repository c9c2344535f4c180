/** The `scale` subresource: one number and a selector, wherever a kind keeps them. */
import type { KubeObject } from '@knative-ts/api'
import { namesOf, valueAt } from '../crd/scale-path.ts'
import { internal, invalid, invalidValue } from '../http/errors.ts'
import { labelsText, selectorText } from '../table/cell.ts'
import type { Call, Shown, World } from './call.ts'
import { checkName, checkPreconditions } from './identity.ts'
import { update } from './update.ts'

/** Scale of autoscaling/v1. */
export interface Scale extends KubeObject {
  spec: { replicas?: number }
  status: { replicas: number; selector?: string }
}

const DEFAULT_PATHS = { spec: ['spec', 'replicas'], status: ['status', 'replicas'], selector: undefined }

function pathsOf({ type }: Call) {
  const scale = type.custom?.scale
  if (scale === undefined) return DEFAULT_PATHS
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale
  return {
    spec: namesOf(specReplicasPath),
    status: namesOf(statusReplicasPath),
    selector: labelSelectorPath === undefined ? undefined : namesOf(labelSelectorPath)
  }
}

/** The Scale of an object. 500 when a custom resource has no replicas. */
export function scaleOf(call: Call, object: KubeObject): Scale {
  const paths = pathsOf(call)
  const replicas = valueAt(object, paths.spec)
  if (call.type.custom !== undefined && typeof replicas !== 'number') {
    throw internal(`the spec replicas field ${JSON.stringify(call.type.custom.scale?.specReplicasPath)} does not exist`)
  }
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const selector = selectorOf(call, object, paths.selector)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: JSON.parse(JSON.stringify({ name, namespace, uid, resourceVersion, creationTimestamp })) as KubeObject['metadata'],
    spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
    status: { replicas: Number(valueAt(object, paths.status) ?? 0), ...(selector === undefined ? {} : { selector }) }
  }
}

function selectorOf(call: Call, object: KubeObject, path: readonly string[] | undefined): string | undefined {
  if (call.type.custom !== undefined) {
    const text = path === undefined ? undefined : valueAt(object, path)
    return typeof text === 'string' && text !== '' ? text : undefined
  }
  const selector = (object as { spec?: { selector?: Parameters<typeof selectorText>[0] & Record<string, string> } }).spec?.selector
  if (selector === undefined) return undefined
  return call.type.plural === 'replicationcontrollers' ? labelsText(selector) : selectorText(selector)
}

/** Writes the replicas that `change` makes of the present Scale. */
export async function updateScale(world: World, call: Call, change: (scale: Scale) => Scale): Promise<Shown> {
  const { spec } = pathsOf(call)
  const written = await update(world, call, (current) => {
    const scale = change(structuredClone(withoutFailing(call, current)))
    checkName(call, scale)
    checkPreconditions(call, { ...scale, metadata: { ...scale.metadata } }, current)
    const replicas = scale.spec?.replicas ?? 0
    if (!Number.isInteger(replicas) || replicas < 0) {
      if (call.type.custom !== undefined)
        throw invalid(call.type, call.name, [
          invalidValue(call.type.custom.scale?.specReplicasPath ?? '', replicas, 'should be a non-negative integer')
        ])
      throw invalid({ group: 'autoscaling', plural: 'scales', kind: 'Scale' }, call.name, [
        invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')
      ])
    }
    const object = structuredClone(current)
    set(object, spec, replicas)
    return { object }
  })
  return { object: scaleOf(call, written.object) }
}

/** The object with as many replicas as a Scale says: its own copy. */
export function withReplicas(call: Call, object: KubeObject, scale: Scale): KubeObject {
  const changed = structuredClone(object)
  set(changed, pathsOf(call).spec, scale.spec?.replicas ?? 0)
  return changed
}

function withoutFailing(call: Call, current: KubeObject): Scale {
  const { spec } = pathsOf(call)
  if (valueAt(current, spec) !== undefined) return scaleOf(call, current)
  const object = structuredClone(current)
  set(object, spec, 0)
  return scaleOf(call, object)
}

function set(object: object, path: readonly string[], value: number): void {
  let place = object as Record<string, unknown>
  for (const key of path.slice(0, -1)) {
    const inner = place[key]
    place[key] = typeof inner === 'object' && inner !== null ? inner : {}
    place = place[key] as Record<string, unknown>
  }
  place[path.at(-1) ?? ''] = value
}
