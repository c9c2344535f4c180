/** Event: one storage, two shapes (core/v1 and events.k8s.io/v1). Stored in the core shape. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { invalidValue, required, type Cause } from '../http/errors.ts'
import { sameJson } from '../requests/same-json.ts'
import { immutable, named } from './checks.ts'
import type { KindRules } from './kind-rules.ts'
import { labelKeyProblems, pathSegmentProblems, subdomainProblems } from './names.ts'

export const eventRules: KindRules<k8s.Event> = {
  nameProblems: pathSegmentProblems,
  check: (event) => checkEvent(event, 'reportingComponent'),
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

const REFERENCE = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const
interface ModernEvent extends KubeObject {
  readonly regarding?: k8s.ObjectReference
  readonly reason?: string
  readonly type?: string
  readonly reportingController?: string
}

/** The selectors of events.k8s.io/v1 see its own shape. */
const MODERN_FIELDS: NonNullable<KindRules['fields']> = {
  ...Object.fromEntries(REFERENCE.map((one) => [`regarding.${one}`, (event: KubeObject) => (event as ModernEvent).regarding?.[one] ?? ''])),
  reason: (event) => (event as ModernEvent).reason ?? '',
  type: (event) => (event as ModernEvent).type ?? '',
  reportingController: (event) => (event as ModernEvent).reportingController ?? ''
}

/** Rules of events that come in the shape of events.k8s.io: stricter, and told in the words of the other shape. */
export const modernEventRules: KindRules = {
  ...(eventRules as unknown as KindRules),
  nameProblems: subdomainProblems,
  fields: MODERN_FIELDS,
  check: (event) => checkEvent(coreOf(event), 'reportingController'),
  checkCreate: (event) => checkModern(coreOf(event)),
  checkUpdate: (event, before) => checkModernChange(coreOf(event), coreOf(before))
}

const coreOf = (event: KubeObject) => toCoreEvent(event) as k8s.Event

// Which members of an event with a time of its own are limited, and whether they have to be there.
const LIMITS = [
  ['reportingInstance', 128, true],
  ['action', 128, true],
  ['reason', 128, true],
  ['message', 1024, false]
] as const

function checkEvent(event: k8s.Event, controllerField: string): Cause[] {
  const about = event.involvedObject?.namespace ?? ''
  const own = event.metadata.namespace ?? ''
  const wrong = [invalidValue('involvedObject.namespace', about, 'does not match event.namespace')]
  if (event.eventTime == null) return own === (about === '' ? 'default' : about) ? [] : wrong
  const causes = about === '' && own !== 'default' && own !== 'kube-system' ? wrong : []
  const controller = event.reportingComponent ?? ''
  if (controller === '') causes.push(required(controllerField))
  causes.push(...named(controllerField, controller, labelKeyProblems))
  for (const [field, most, isNeeded] of LIMITS) {
    const text = event[field] ?? ''
    if (isNeeded && text === '') causes.push(required(field))
    if (Buffer.byteLength(text) > most) causes.push(invalidValue(field, '', `can have at most ${most} characters`))
  }
  return causes
}

function checkModern(event: k8s.Event): Cause[] {
  const causes = checkSeries(event)
  const { type = '', source } = event
  if (event.eventTime == null) causes.push(required('eventTime'))
  if (type !== 'Normal' && type !== 'Warning') causes.push(invalidValue('type', '', `has invalid value: ${type}`))
  for (const field of ['firstTimestamp', 'lastTimestamp'] as const)
    if (event[field] != null) causes.push(invalidValue(field, '', 'needs to be unset'))
  if (event.count) causes.push(invalidValue('count', '', 'needs to be unset'))
  if (source?.component || source?.host) causes.push(invalidValue('source', '', 'needs to be unset'))
  return causes
}

function checkSeries({ series }: k8s.Event): Cause[] {
  if (series == null) return []
  const causes = (series.count ?? 0) < 2 ? [invalidValue('series.count', '', 'should be at least 2')] : []
  return series.lastObservedTime == null ? [...causes, required('series.lastObservedTime')] : causes
}

const FROZEN = ['involvedObject', 'reason', 'message', 'source', 'firstTimestamp', 'lastTimestamp', 'count', 'type', 'eventTime'] as const

function checkModernChange(event: k8s.Event, before: k8s.Event): Cause[] {
  const causes = sameJson(event.series, before.series) ? [] : checkSeries(event)
  for (const field of [...FROZEN, 'action', 'related'] as const) causes.push(...immutable(field, event[field], before[field]))
  return [
    ...causes,
    ...immutable('reportingController', event.reportingComponent, before.reportingComponent),
    ...immutable('reportingInstance', event.reportingInstance, before.reportingInstance)
  ]
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
  // This shape always says them; the other does not.
  source['source'] ??= {}
  for (const name of ['firstTimestamp', 'lastTimestamp']) source[name] ??= null
  for (const name of ['reportingComponent', 'reportingInstance']) source[name] ??= ''
  return source
}

/** core/v1 to events.k8s.io/v1. */
export function toModernEvent(event: KubeObject): KubeObject {
  const source = { ...event, apiVersion: 'events.k8s.io/v1' } as KubeObject & Loose
  for (const [core, modern] of PAIRS) {
    if (source[core] !== undefined) source[modern] = source[core]
    delete source[core]
  }
  for (const name of ['reportingController', 'reportingInstance']) if (source[name] === '') delete source[name]
  return source
}
