import type { KReference, Resource } from '@knative-ts/api'
import { ApiError, type KubeClient } from '@knative-ts/kube'
import { guessedResource } from '../../domain-mapping/targets.ts'

interface ApiResource {
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
}

/** A kind as the server has it; undefined when it has none of that name there. Rejects when the server does not answer. */
export async function discoverKind(client: KubeClient, { apiVersion = '', kind }: KReference): Promise<Resource | undefined> {
  const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const { status, body } = await client.raw({ method: 'GET', path, headers: { accept: 'application/json' } })
  if (status === 404) return undefined
  if (status !== 200) throw new Error(`the API server answered ${status} to a question for the kinds of ${apiVersion}`)
  const { resources = [] } = JSON.parse(body) as { resources?: readonly ApiResource[] }
  // Names with a slash are parts of others: `brokers/status`.
  const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'))
  return found === undefined
    ? undefined
    : { ...guessedResource({ apiVersion, kind, name: '' }), plural: found.name, namespaced: found.namespaced }
}

/** The version of a group that the server prefers, for references that name a group alone. */
export async function preferredVersion(client: KubeClient, group: string): Promise<string | undefined> {
  const { status, body } = await client.raw({ method: 'GET', path: `/apis/${group}`, headers: { accept: 'application/json' } })
  if (status === 404) return undefined
  if (status !== 200) throw new Error(`the API server answered ${status} to a question for the versions of ${group}`)
  return (JSON.parse(body) as { preferredVersion?: { groupVersion?: string } }).preferredVersion?.groupVersion
}

/** Rejects with what the server says when objects of this kind cannot be listed. */
export async function checkMayList(client: KubeClient, resource: Resource): Promise<void> {
  try {
    await client.list(resource, { limit: 1 })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const where = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
    throw new Error(`failed to get lister for ${where}, Resource=${resource.plural}: ${error.message}`, { cause: error })
  }
}
