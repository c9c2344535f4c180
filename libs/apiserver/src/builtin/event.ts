/** Event: one storage, two shapes (core/v1 and events.k8s.io/v1). Stored in the core shape. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue } from '../http/errors.ts'
import type { KindRules } from './kind-rules.ts'

export const eventRules: KindRules<k8s.Event> = {
  check({ involvedObject, metadata }) {
    const namespace = involvedObject?.namespace
    const expected = namespace === undefined || namespace === '' ? 'default' : namespace
    if (metadata.namespace === expected || (namespace === undefined && metadata.namespace === 'kube-system')) return []
    return [invalidValue('involvedObject.namespace', namespace ?? '', 'does not match event.namespace')]
  },
  fields: {
    'involvedObject.kind': (event) => event.involvedObject?.kind ?? '',
    'involvedObject.namespace': (event) => event.involvedObject?.namespace ?? '',
    'involvedObject.name': (event) => event.involvedObject?.name ?? '',
    'involvedObject.uid': (event) => event.involvedObject?.uid ?? '',
    'involvedObject.apiVersion': (event) => event.involvedObject?.apiVersion ?? '',
    'involvedObject.resourceVersion': (event) => event.involvedObject?.resourceVersion ?? '',
    'involvedObject.fieldPath': (event) => event.involvedObject?.fieldPath ?? '',
    reason: (event) => event.reason ?? '',
    reportingComponent: (event) => event.reportingComponent ?? '',
    source: (event) => event.source?.component || (event.reportingComponent ?? ''),
    type: (event) => event.type ?? ''
  }
}

type Loose = Record<string, unknown>
// Members whose names differ: core on the left.
const PAIRS = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['source', 'deprecatedSource'],
  ['reportingComponent', 'reportingController']
] as const

/** events.k8s.io/v1 to core/v1. */
export function toCoreEvent(event: KubeObject): KubeObject {
  const source = { ...event, apiVersion: 'v1' } as KubeObject & Loose
  for (const [core, modern] of PAIRS) {
    if (source[modern] !== undefined) source[core] = source[modern]
    delete source[modern]
  }
  return source
}

/** core/v1 to events.k8s.io/v1. */
export function toModernEvent(event: KubeObject): KubeObject {
  const source = { ...event, apiVersion: 'events.k8s.io/v1' } as KubeObject & Loose
  for (const [core, modern] of PAIRS) {
    if (source[core] !== undefined) source[modern] = source[core]
    delete source[core]
  }
  return source
}
