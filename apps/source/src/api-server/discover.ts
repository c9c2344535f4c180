import type { Resource } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'
import type { Watched } from './watched.ts'

interface ApiResource {
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
}

/** The kind behind a group, version and plural, as the API server has it. Rejects in words for people when there is none. */
export async function discover(client: KubeClient, gvr: Watched['resources'][number]['gvr']): Promise<Resource> {
  const { Group: group, Version: version, Resource: plural } = gvr
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const { status, body } = await client.raw({ method: 'GET', path, headers: { accept: 'application/json' } })
  if (status !== 200 && status !== 404) throw new Error(`the API server answered ${status} to a question for the kinds of ${path}`)
  const { resources = [] } = status === 404 ? {} : (JSON.parse(body) as { resources?: readonly ApiResource[] })
  const found = resources.find(({ name }) => name === plural)
  if (found === undefined) throw new Error(`there is no resource ${plural} at ${path}: install what defines it, or correct the source`)
  return { group, version, plural, kind: found.kind, namespaced: found.namespaced }
}
