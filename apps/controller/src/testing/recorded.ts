/** Compares what our reconcilers made with what upstream's made, names of the ingress apart. */
import { readFileSync } from 'node:fs'
import type { KubeObject } from '@knative-ts/api'
import { parse } from 'yaml'

type Recorded = Readonly<Record<string, readonly KubeObject[]>>

/** The objects that were recorded, by `group/version/plural`, with our names in place of the other ingress's. */
export function recordedObjects(file: string): Recorded {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
    .replaceAll('kourier.ingress.networking.knative.dev', 'gateway.ingress.networking.knative.dev')
    .replaceAll('kourier-internal.kourier-system', 'gateway-internal.knative-serving')
    .replaceAll('kourier.kourier-system', 'gateway.knative-serving')
    .replaceAll(/\bNAMESPACE\b/g, 'default')
  return parse(text) as Recorded
}

const times = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g

/**
 * An object without what differs from run to run: versions, times, and uids, which become `Kind/name` of the object that has them.
 */
export function comparable(object: KubeObject, all: readonly KubeObject[]): Record<string, unknown> {
  let text = JSON.stringify(object)
  // Longest first: UID-1 is the beginning of UID-10.
  const owners = all
    .filter(({ metadata }) => metadata.uid !== undefined)
    .toSorted((a, b) => (b.metadata.uid?.length ?? 0) - (a.metadata.uid?.length ?? 0))
  for (const { kind, metadata } of owners) text = text.replaceAll(`"${metadata.uid}"`, `"${kind ?? ''}/${metadata.name}"`)
  const { metadata, ...content } = JSON.parse(text.replaceAll(times, 'T')) as { metadata: Record<string, unknown> }
  const {
    creationTimestamp: _created,
    resourceVersion: _version,
    generation: _generation,
    uid: _uid,
    managedFields: _fields,
    ...kept
  } = metadata
  return { ...content, metadata: kept }
}

/** Paths that `whole` has and `part` has not, or that differ; lists item by item. */
export function extraPaths(whole: unknown, part: unknown, path = ''): string[] {
  if (typeof whole !== 'object' || whole === null) return whole === part ? [] : [`${path}=${JSON.stringify(whole)}`]
  const other = (typeof part === 'object' && part !== null ? part : {}) as Record<string, unknown>
  return Object.entries(whole).flatMap(([name, value]) =>
    name in other ? extraPaths(value, other[name], `${path}.${name}`) : [`${path}.${name}=${JSON.stringify(value)}`]
  )
}
