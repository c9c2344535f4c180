/** Objects between the version they are kept in and the version a client asks for. */
import type { KubeObject } from '@knative-ts/api'
import { toAutoscalerV1, toAutoscalerV2 } from '../builtin/autoscaler-versions.ts'
import { toCoreEvent, toModernEvent } from '../builtin/event.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import type { StoredObject } from '../store/object-store.ts'
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

/** A stored object in the version of `type`. Custom resources convert by strategy None: apiVersion alone changes. */
export function shown(type: ResourceType, stored: Shown): Shown {
  const conversion = conversionOf(type)
  if (conversion !== undefined) return { object: conversion.fromStorage(stored.object) }
  if (type.custom === undefined || type.custom.storageVersion === type.version) {
    // A definition may have changed its storage version since the object was written.
    if (type.custom === undefined || stored.json?.includes(`"apiVersion":${JSON.stringify(apiVersionText(type))}`) === true) return stored
  }
  const apiVersion = apiVersionText(type)
  return stored.object.apiVersion === apiVersion ? stored : { object: { ...stored.object, apiVersion } }
}

/** Whether stored text can be sent as it is for every object of the type, without looking at it. */
export const isKeptAsServed = (type: ResourceType) => conversionOf(type) === undefined && type.custom === undefined

/** A client's object in the version that is kept. */
export function kept(type: ResourceType, object: KubeObject): KubeObject {
  const conversion = conversionOf(type)
  if (conversion !== undefined) return conversion.toStorage(object)
  if (type.custom === undefined || type.custom.storageVersion === type.version) return object
  return { ...object, apiVersion: `${type.group}/${type.custom.storageVersion}` }
}

/** Shorthand of {@link shown} for a stored state. */
export const shownObject = (type: ResourceType, stored: StoredObject): KubeObject => shown(type, stored).object
