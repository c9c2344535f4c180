/** What the API server has been asked to change, as it counts itself. */
import type { KubeClient } from '@knative-ts/kube'

/** Mutating requests, by the kind they are about. Reviews are none: they are questions asked by POST. */
export interface ApiWrites {
  readonly byResource: ReadonlyMap<string, number>
  /** Of these, those that were refused as stale (409). */
  readonly conflicts: number
}

const mutating = new Set(['POST', 'PUT', 'PATCH', 'APPLY', 'DELETE', 'DELETECOLLECTION'])

/** Reads `apiserver_request_total` of an exposition. A request that asked for a dry run changed nothing. */
export function writesIn(exposition: string): ApiWrites {
  const byResource = new Map<string, number>()
  let conflicts = 0
  for (const line of exposition.split('\n')) {
    const match = /^apiserver_request_total\{(.*)\} (\S+)$/.exec(line)
    if (match === null) continue
    const labels = new Map(Array.from((match[1] ?? '').matchAll(/(\w+)="([^"]*)"/g), ([, name = '', value = '']) => [name, value]))
    const resource = labels.get('resource') ?? ''
    if (!mutating.has(labels.get('verb') ?? '') || labels.get('dry_run') !== '' || resource.endsWith('reviews')) continue
    const count = Number(match[2])
    byResource.set(resource, (byResource.get(resource) ?? 0) + count)
    if (labels.get('code') === '409') conflicts += count
  }
  return { byResource, conflicts }
}

/** All writes of all who use the cluster, so far. */
export async function apiWrites(client: KubeClient): Promise<ApiWrites> {
  const { status, body } = await client.raw({ method: 'GET', path: '/metrics' })
  if (status !== 200) throw new Error(`metrics of the API server: HTTP ${status} ${body.slice(0, 200)}`)
  return writesIn(body)
}

/** What came between two counts; kinds without any are left out, those with most come first. */
export function writesBetween(before: ApiWrites, after: ApiWrites): ApiWrites {
  const entries = [...after.byResource].map(([resource, count]) => [resource, count - (before.byResource.get(resource) ?? 0)] as const)
  const some = entries.filter(([, count]) => count > 0).toSorted(([, a], [, b]) => b - a)
  return { byResource: new Map(some), conflicts: after.conflicts - before.conflicts }
}

/** Sum of all kinds but those named. */
export function sumOf({ byResource }: ApiWrites, without: readonly string[] = []): number {
  return [...byResource].reduce((sum, [resource, count]) => (without.includes(resource) ? sum : sum + count), 0)
}
