/** Sends one step as one HTTP request. */
import { collectionPath } from './collection-path.ts'
import { mergePatched } from './expand.ts'
import { encodeProtobuf } from '../../libs/apiserver/src/protobuf/encode.ts'
import { PROTOBUF, type RawAnswer, type RawClient } from './raw-client.ts'
import type { Step } from './recorded-case.ts'

const PATCHES: Readonly<Record<string, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json'
}
const JSON_TYPE = 'application/json'
const YAML_TYPE = 'application/yaml'

export interface Scene {
  readonly client: RawClient
  readonly namespace: string
  /** Paths of cluster-scoped objects that steps created. */
  readonly created: Set<string>
}

const [GROUP, KIND, NAME] = [0, 1, 2]

/** The collection that the step is about. */
export function collectionOf({ path, object, of = '' }: Step, namespace: string): string {
  if (path !== undefined) return path
  const words = of.split(' ')
  return collectionPath(object?.apiVersion ?? words[GROUP] ?? '', object?.kind ?? words[KIND] ?? '', namespace)
}

function itemOf(step: Step, namespace: string): string {
  const { path, object, of = '', sub } = step
  if (path !== undefined) return path
  const name = String(object === undefined ? of.split(' ')[NAME] : object.metadata?.['name'])
  return `${collectionOf(step, namespace)}/${encodeURIComponent(name)}${sub === undefined ? '' : `/${sub}`}`
}

/** The step's answer, as it came. */
export async function exchange(scene: Scene, step: Step): Promise<RawAnswer> {
  const { client, namespace } = scene
  const headers = {
    ...(step.as === undefined ? {} : { 'impersonate-user': step.as, 'impersonate-group': 'system:masters' }),
    ...step.headers
  }
  const send = (method: string, path: string, body?: unknown, type = JSON_TYPE, query = step.query) =>
    client.send({
      method,
      path,
      query,
      headers: { ...(body === undefined ? {} : { 'content-type': type }), ...headers },
      body: body === undefined || typeof body === 'string' ? body : encoded(body, type),
      decoded: step.decoded
    })
  const written = [step.text ?? step.object, step.type ?? (step.text === undefined ? JSON_TYPE : YAML_TYPE)] as const
  switch (step.verb) {
    case 'request':
      return send(step.method ?? 'GET', step.path ?? '', step.body, step.type)
    case 'create': {
      const path = `${collectionOf(step, namespace)}${step.sub === undefined ? '' : `/${step.sub}`}`
      const answer = await send('POST', path, ...written)
      const { metadata } = (answer.json ?? {}) as { metadata?: { name?: string } }
      if (answer.status === 201 && !path.includes('/namespaces/') && metadata?.name !== undefined)
        scene.created.add(`${path}/${metadata.name}`)
      return answer
    }
    case 'update': {
      const path = itemOf(step, namespace)
      if (step.change === undefined) return send('PUT', path, ...written)
      const live = await client.send({ path: path.replace(/\/status$/, '') })
      return live.status === 200 ? send('PUT', path, mergePatched(live.json, step.change)) : live
    }
    case 'patch':
      return send('PATCH', itemOf(step, namespace), step.text ?? step.patch, PATCHES[step.type ?? 'merge'] ?? step.type)
    case 'apply':
      return send('PATCH', itemOf(step, namespace), step.text ?? step.object, 'application/apply-patch+yaml', {
        fieldManager: 'oracle',
        ...step.query
      })
    case 'delete':
      return send('DELETE', itemOf(step, namespace), step.options, step.type)
    case 'get':
      return send('GET', itemOf(step, namespace))
    case 'list':
      return send('GET', collectionOf(step, namespace))
    default:
      throw new Error(`the verb ${step.verb} is no single request`)
  }
}

const encoded = (body: unknown, type: string) =>
  type === PROTOBUF ? encodeProtobuf(body as { readonly apiVersion: string; readonly kind: string }) : JSON.stringify(body)
