import { readFile } from 'node:fs/promises'
import type { KubeObject } from '@knative-ts/api'
import type { KubeClient, RawResponse } from '@knative-ts/kube'
import { parseAllDocuments } from 'yaml'

/** The objects of a YAML text of one or more documents (YAML 1.1, as Kubernetes reads it). */
export function objectsOf(text: string): KubeObject[] {
  return parseAllDocuments(text, { version: '1.1' }).flatMap((document) => {
    const error = document.errors[0]
    if (error !== undefined) throw error
    const object = document.toJS() as KubeObject | null
    return object === null ? [] : [object]
  })
}

/** Server-side apply of one object of any kind; returns the raw answer, also when it is a refusal. */
export async function applyObject(client: KubeClient, object: KubeObject, namespace = 'default'): Promise<RawResponse> {
  const path = await pathOf(client, object, namespace)
  return client.raw({
    method: 'PATCH',
    path: `${path}?fieldManager=e2e&force=true`,
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(object)
  })
}

/** Applies a file; throws on the first refusal. */
export async function applyFile(client: KubeClient, file: string): Promise<KubeObject[]> {
  const objects = objectsOf(await readFile(file, 'utf8'))
  for (const object of objects) {
    const answer = await applyObject(client, object)
    if (answer.status >= 300) throw new Error(`${object.kind} ${object.metadata.name}: ${answer.body}`)
  }
  return objects
}

interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[]
}

async function pathOf(client: KubeClient, object: KubeObject, namespace: string): Promise<string> {
  const base = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`
  const { body, status } = await client.raw({ method: 'GET', path: base })
  if (status !== 200) throw new Error(`${object.apiVersion} is not served: ${body}`)
  const { resources } = JSON.parse(body) as ResourceList
  const resource = resources.find(({ kind, name }) => kind === object.kind && !name.includes('/'))
  if (resource === undefined) throw new Error(`${object.apiVersion} has no kind ${object.kind}`)
  const scope = resource.namespaced ? `/namespaces/${object.metadata.namespace ?? namespace}` : ''
  return `${base}${scope}/${resource.name}/${object.metadata.name ?? ''}`
}
