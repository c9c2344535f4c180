/** What upstream's controllers did, and how to tell it apart from what ours do. */
import { readFileSync } from 'node:fs'
import type { Condition, KubeObject } from '@knative-ts/api'

export interface RecordedCase {
  readonly manifests: readonly KubeObject[]
  /** By `group/version/plural`. */
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>
  readonly transitions: readonly { readonly kind: string; readonly name: string; readonly cond: readonly string[] | null }[]
  readonly events: readonly RecordedEvent[]
}

export interface RecordedEvent {
  readonly type: string
  readonly reason: string
  readonly kind: string
  readonly name: string
  readonly message: string
  readonly component: string
}

export const recordedCases = JSON.parse(
  readFileSync(new URL('eventing.recorded.json', import.meta.url), 'utf8').replaceAll('NAMESPACE', 'default')
) as Readonly<Record<string, RecordedCase>>

/** The object of a manifest as it was stored: with the webhook's defaults. Children are named by uids, so those stay. */
export function storedOf(recorded: RecordedCase, manifest: KubeObject): KubeObject {
  const path = Object.keys(recorded.objects).find((name) => name.startsWith(`${manifest.apiVersion}/${manifest.kind.toLowerCase()}s`))
  const found = recorded.objects[path ?? '']?.find(({ metadata }) => metadata.name === manifest.metadata.name)
  if (found === undefined) throw new Error(`no ${manifest.kind} ${manifest.metadata.name} was recorded`)
  const { name, uid, annotations, labels } = found.metadata
  const metadata = { name, namespace: 'default', uid, annotations, labels }
  const kept = Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined))
  const { subscribers: _ofSubscriptions, ...spec } = (found as KubeObject & { spec: Record<string, unknown> }).spec
  return { apiVersion: manifest.apiVersion, kind: manifest.kind, metadata: kept, spec } as KubeObject
}

const webhooks = /\/(creator|lastModifier|subscribable)$/

/** An object without what differs from run to run, and what the webhook writes. */
export function comparableObject(object: KubeObject, names: ReadonlyMap<string, string>): unknown {
  let text = JSON.stringify(object).replaceAll(/"lastTransitionTime":"[^"]*"/g, '"lastTransitionTime":"T"')
  for (const [uid, name] of names) text = text.replaceAll(`"${uid}"`, `"${name}"`)
  const { metadata, spec, status } = JSON.parse(text) as KubeObject & { spec?: Record<string, unknown>; status?: Record<string, unknown> }
  const annotations = Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !webhooks.test(key)))
  const { observedGeneration: _generation, ...told } = status ?? {}
  for (const lists of [spec, told]) {
    const subscribers = lists?.['subscribers'] as { uid: string }[] | undefined
    subscribers?.sort((a, b) => (a.uid < b.uid ? -1 : 1))
  }
  return {
    name: metadata.name,
    labels: metadata.labels ?? {},
    annotations,
    finalizers: metadata.finalizers ?? [],
    ownerReferences: metadata.ownerReferences ?? [],
    spec,
    status: told
  }
}

/** Uids to `Kind/name`, longest first: UID-1 is the beginning of UID-10. */
export function namesOf(objects: readonly KubeObject[]): ReadonlyMap<string, string> {
  const pairs = objects.map(({ kind, metadata }) => [metadata.uid ?? '', `${kind}/${metadata.name}`] as const)
  return new Map(pairs.filter(([uid]) => uid !== '').toSorted(([a], [b]) => b.length - a.length))
}

/** A condition as recordings write it: `Type=Status Reason: message`. */
export const conditionText = ({ type, status, reason = '', message = '' }: Condition): string =>
  `${type}=${status}${reason === '' ? '' : ` ${reason}`}${message === '' ? '' : `: ${message}`}`
