/** ConversionReview of apiextensions.k8s.io: what is asked of a conversion webhook, and what of its answer is believed. */
import { goTypeOf } from '../schema/go-text.ts'
import type { KubeObject } from '@knative-ts/api'
import { checkLabels } from '../builtin/metadata.rules.ts'
import { isObject } from '../schema/json.ts'

/** Versions of the review that can be spoken. */
const SPOKEN = ['v1', 'v1beta1']

/** Go's text of a group, version and kind. */
export function kindText({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`
}

/** A review in the first version that both sides speak; undefined when there is none. */
export function conversionReview(versions: readonly string[], objects: readonly KubeObject[], apiVersion: string, uid: string) {
  const version = versions.find((one) => SPOKEN.includes(one))
  if (version === undefined) return undefined
  return {
    kind: 'ConversionReview',
    apiVersion: `apiextensions.k8s.io/${version}`,
    request: { uid, desiredAPIVersion: apiVersion, objects }
  }
}

/** The converted objects, each with the metadata of its original but its own labels and annotations. Throws an Error in Go's words. */
export function convertedObjects(answer: unknown, sent: readonly KubeObject[], apiVersion: string, uid: string): KubeObject[] {
  const [first] = sent
  if (first === undefined) return []
  const named = `conversion webhook for ${kindText(first)}`
  const objects = resultOf(answer, uid, `${named} failed`)
  if (objects.length !== sent.length) throw new Error(`${named} returned ${objects.length} objects, expected ${sent.length}`)
  return sent.map((original, index) => checked(original, objects[index], apiVersion, named, sent.length > 1 ? index : undefined))
}

function resultOf(answer: unknown, uid: string, failed: string): readonly unknown[] {
  const review = isObject(answer) ? answer : {}
  const [apiVersion, kind] = [String(review['apiVersion'] ?? ''), String(review['kind'] ?? '')]
  const [group = '', version = ''] = apiVersion.split('/', 2)
  if (group !== 'apiextensions.k8s.io' || !SPOKEN.includes(version) || kind !== 'ConversionReview') {
    throw new Error(
      `${failed}: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got ${apiVersion || '/'}, Kind=${kind}`
    )
  }
  const { response } = review
  if (!isObject(response)) throw new Error(`${failed}: no response provided`)
  if (version === 'v1' && response['uid'] !== uid) {
    throw new Error(`${failed}: expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response['uid'] ?? '')}`)
  }
  const result = isObject(response['result']) ? response['result'] : {}
  if (result['status'] !== 'Success') {
    const { message } = result
    const why = message ? String(message) : `response.result.status was '${String(result['status'] ?? '')}', not 'Success'`
    throw new Error(`${failed}: ${why}`)
  }
  return Array.isArray(response['convertedObjects']) ? response['convertedObjects'] : []
}

function checked(original: KubeObject, converted: unknown, apiVersion: string, named: string, index: number | undefined): KubeObject {
  const invalid = index === undefined ? `${named} returned invalid object` : `${named} returned invalid converted object at index ${index}`
  const at0 = index === undefined ? `${invalid} at index 0` : invalid
  if (!isObject(converted)) throw new Error(`${at0}: it is no object`)
  const { apiVersion: got, kind, metadata } = converted
  if (got !== apiVersion) throw new Error(`${at0}: invalid groupVersion (expected ${apiVersion}, received ${String(got)})`)
  if (kind !== original.kind) throw new Error(`${at0}: invalid kind (expected ${original.kind}, received ${String(kind)})`)
  const meta = isObject(metadata) ? metadata : {}
  for (const [member, word] of [
    ['name', 'name'],
    ['namespace', 'namespace'],
    ['uid', 'UID']
  ] as const) {
    const [was, is] = [original.metadata[member] ?? '', meta[member] ?? '']
    if (was !== is) throw new Error(`${invalid}: must have the same ${word}: ${was} != ${String(is)}`)
  }
  const odd = index === undefined ? `${named} returned invalid metadata` : `${named} returned invalid metadata in object at index ${index}`
  if (metadata === undefined) throw new Error(`${odd}: missing metadata in converted object`)
  const { labels: _labels, annotations: _annotations, ...own } = structuredClone(original.metadata)
  const texts = { ...textsOf(meta, 'labels', odd), ...textsOf(meta, 'annotations', odd) }
  const [problem] = checkLabels(texts.labels, 'metadata.labels')
  if (problem !== undefined) throw new Error(`${odd}: ${problem.field}: ${problem.message}`)
  return { ...converted, apiVersion, kind: original.kind, metadata: { ...own, ...texts } }
}

function textsOf(meta: Readonly<Record<string, unknown>>, member: 'labels' | 'annotations', odd: string) {
  const texts = meta[member]
  if (texts === undefined || texts === null) return {}
  if (!isObject(texts)) throw new Error(`${odd}: invalid metadata.${member} of type ${typeof texts} in converted object`)
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value !== 'string')
      throw new Error(`${odd}: metadata.${member}[${key}] must be a string, but is ${goTypeOf(value)} in converted object`)
  }
  return { [member]: texts as Record<string, string> }
}
