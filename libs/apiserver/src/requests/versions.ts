/** Objects between the version they are kept in and the version a client asks for. */
import type { KubeObject } from '@knative-ts/api'
import { toAutoscalerV1, toAutoscalerV2 } from '../builtin/policies/autoscaler-versions.ts'
import { toCoreEvent, toModernEvent } from '../builtin/event.ts'
import { convertedTo, isUnconverted, Unconverted } from '../crd/conversions.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { applyDefaults } from '../schema/defaults.ts'
import { equalJson } from '../schema/json.ts'
import { prune } from '../schema/prune.ts'
import type { StoredObject } from '../store/object-store.ts'
import { ownershipIn } from '../store/ownership.ts'
import { StoredState } from '../store/stored-state.ts'
import type { Shown } from './call.ts'

/** `apps/v1`, or `v1` for the core group. */
export const apiVersionText = (type: { readonly group: string; readonly version: string }) =>
  type.group === '' ? type.version : `${type.group}/${type.version}`

interface Conversion {
  readonly version: string
  readonly toStorage: (object: KubeObject) => KubeObject
  readonly fromStorage: (object: KubeObject) => KubeObject
}

// Built-in types that are kept in another shape than they are served in, by apiVersion and plural.
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  'events.k8s.io/v1/events': { version: 'v1', toStorage: toCoreEvent, fromStorage: toModernEvent },
  'autoscaling/v1/horizontalpodautoscalers': { version: 'autoscaling/v2', toStorage: toAutoscalerV2, fromStorage: toAutoscalerV1 }
}

const conversionOf = (type: ResourceType) => CONVERSIONS[`${type.group}/${type.version}/${type.plural}`]

/** A stored object in the version of `type`. Throws Unconverted where a webhook has to be asked first. */
export function shown(type: ResourceType, stored: Shown | StoredObject): Shown {
  if (type.custom === undefined) {
    const conversion = conversionOf(type)
    return conversion === undefined ? stored : { object: conversion.fromStorage(stored.object) }
  }
  const complete = 'revision' in stored ? completed(type, stored) : stored
  // Definitions of one version have never had objects of another.
  if (type.custom.isOnlyVersion) return complete
  const apiVersion = apiVersionText(type)
  if (complete.object.apiVersion === apiVersion) return complete
  if (type.custom.conversion !== undefined) return { object: convertedTo(type, originalOf(stored, complete), apiVersion) }
  const object = { ...structuredClone(complete.object), apiVersion }
  prune(type.schema, object)
  return { object }
}

/** What objects that were written before the definition's last change are now, by their stored state. */
const completions = new WeakMap<StoredObject, { readonly type: ResourceType; readonly shown: Shown }>()

/** Fills the defaults that the definition has got since the object was written, and drops what it does not know any more. */
function completed(type: ResourceType, stored: StoredObject): Shown {
  if (type.custom === undefined || stored.revision > type.custom.definedAt) return stored
  const known = completions.get(stored)
  if (known?.type.custom?.storageSchema === type.custom.storageSchema) return known.shown
  const object = structuredClone(stored.object)
  prune(type.custom.storageSchema, object)
  applyDefaults(type.custom.storageSchema, object)
  const shown = equalJson(object, stored.object) ? stored : { object }
  completions.set(stored, { type, shown })
  return shown
}

/** Objects that a webhook has been or is to be asked for: its answers are known by the object, and states may forget theirs and make another. */
const originals = new WeakMap<object, KubeObject>()

function originalOf(stored: Shown | StoredObject, { object }: Shown): KubeObject {
  const original = originals.get(stored) ?? object
  originals.set(stored, original)
  return original
}

/** Throws Unconverted with all of the objects that a webhook has to be asked for: once for a whole list. */
export function convertAll(type: ResourceType, stored: readonly StoredObject[]): void {
  if (!needsWebhook(type)) return
  const apiVersion = apiVersionText(type)
  const objects = stored
    .map((one) => [one, completed(type, one)] as const)
    .filter(([, complete]) => complete.object.apiVersion !== apiVersion)
    .map(([one, complete]) => originalOf(one, complete))
    .filter((object) => isUnconverted(object, apiVersion))
  if (objects.length > 0) throw new Unconverted(type, objects, apiVersion)
}

/** Whether objects of the type may have to go through a webhook, on the way in or out. */
export const needsWebhook = ({ custom }: ResourceType) => custom?.conversion !== undefined && !custom.isOnlyVersion

/** Whether stored text can be sent as it is for every object of the type, without looking at it. */
export const isKeptAsServed = (type: ResourceType) => conversionOf(type) === undefined && type.custom === undefined

/** A client's object in the version that is kept. Throws Unconverted where a webhook has to be asked first. */
export function kept(type: ResourceType, object: KubeObject): KubeObject {
  const conversion = conversionOf(type)
  if (conversion !== undefined) return conversion.toStorage(object)
  if (type.custom === undefined || type.custom.storageVersion === type.version) return object
  const apiVersion = `${type.group}/${type.custom.storageVersion}`
  if (type.custom.conversion === undefined) {
    const stored = { ...structuredClone(object), apiVersion }
    prune(type.custom.storageSchema, stored)
    return stored
  }
  const { metadata, ...converted } = convertedTo(type, object, apiVersion)
  // The server goes on with metadata (the generation) after the webhook was asked; only labels and annotations are the webhook's.
  const { labels: _labels, annotations: _annotations, ...own } = object.metadata
  const { labels, annotations } = metadata
  return {
    ...converted,
    metadata: { ...own, ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) }
  }
}

/** Of a stored state whom it belongs to, which is the same in all versions. */
export const ownershipOf = (type: ResourceType, stored: StoredObject): KubeObject => ({
  apiVersion: apiVersionText(type),
  kind: type.kind,
  metadata: stored instanceof StoredState ? stored.ownership : ownershipIn(stored.object.metadata)
})

/** Shorthand of {@link shown} for a stored state. */
export const shownObject = (type: ResourceType, stored: StoredObject): KubeObject => shown(type, stored).object
