/** `/openapi/v2`: all that is served in one document of OpenAPI 2 (Swagger), made from the documents of version 3. */
import type { Registry } from '../registry/registry.ts'
import { isObject, type JsonObject } from '../schema/json.ts'
import { customDefinitions, kindIndex, publishedDefinitions } from './definitions.ts'
import { pathsOf } from './operations.ts'
import { swaggerRef, swaggerSchema } from './swagger-definitions.ts'

const METHODS = ['get', 'put', 'post', 'delete', 'patch']
const FORMATS = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const WATCHED = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']

/** A parameter without the schema around its type. */
function swaggerParameter(parameter: JsonObject): JsonObject {
  const { schema, ...rest } = parameter
  return { ...rest, ...(isObject(schema) ? schema : {}) }
}

interface Body {
  readonly required?: boolean
  readonly content: Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>
}

function bodyParameter({ required, content }: Body): JsonObject {
  const reference = Object.values(content)[0]?.schema.$ref ?? ''
  return { name: 'body', in: 'body', ...(required === true ? { required } : {}), schema: { $ref: swaggerRef(reference) } }
}

/** Created objects are answered with 201, or with 202 when they are begun. */
function responsesOf(action: unknown, responses: JsonObject): JsonObject {
  const described = Object.entries(responses).map(([code, response]) => {
    const { description, content } = response as { description: string; content?: Body['content'] }
    const reference = Object.values(content ?? {})[0]?.schema.$ref
    return [code, { description, ...(reference === undefined ? {} : { schema: { $ref: swaggerRef(reference) } }) }] as const
  })
  const all = Object.fromEntries(described)
  const ok = all['200']
  const more = {
    ...(action === 'post' || action === 'put' || action === 'patch' ? { 201: { ...ok, description: 'Created' } } : {}),
    ...(action === 'post' || action === 'delete' ? { 202: { ...ok, description: 'Accepted' } } : {})
  }
  return { ...all, ...more }
}

/** Applying comes last. */
const patchesOf = ({ content }: Body): string[] =>
  Object.keys(content).toSorted((a, b) => Number(a.includes('apply')) - Number(b.includes('apply')))

function swaggerOperation(operation: JsonObject, isCustom: boolean): JsonObject {
  const { requestBody, parameters, responses, ...rest } = operation
  const action = operation['x-kubernetes-action']
  const formats = isCustom ? FORMATS.slice(0, 2) : FORMATS
  const patches = action === 'patch' && isObject(requestBody) ? patchesOf(requestBody as unknown as Body) : undefined
  const produces = action === 'connect' ? ['*/*'] : [...formats, ...(action === 'list' && !isCustom ? WATCHED : [])]
  const given = ((parameters ?? []) as JsonObject[]).map(swaggerParameter)
  const body = isObject(requestBody) ? bodyParameter(requestBody as unknown as Body) : undefined
  const isOptionalBody = action === 'delete' || action === 'deletecollection'
  if (body !== undefined && isOptionalBody) delete body.required
  return {
    ...rest,
    consumes: patches ?? (isCustom ? formats : ['*/*']),
    produces,
    schemes: ['https'],
    ...(body === undefined && given.length === 0 ? {} : { parameters: [...(body === undefined ? [] : [body]), ...given] }),
    responses: responsesOf(action, responses as JsonObject)
  }
}

/** The log of a pod is a text. */
const produced = (path: string, operation: JsonObject): JsonObject =>
  path.endsWith('/log') ? { ...operation, produces: ['text/plain', ...(operation.produces as string[])] } : operation

const swaggerPath = (path: string, item: JsonObject, isCustom: boolean): JsonObject =>
  Object.fromEntries(
    Object.entries(item).map(([key, value]) => [
      key,
      METHODS.includes(key)
        ? produced(path, swaggerOperation(value as JsonObject, isCustom))
        : (value as JsonObject[]).map(swaggerParameter)
    ])
  )

/** The whole document: some megabytes as JSON, some hundred milliseconds of work. Callers keep it until the registry changes. */
export function swaggerDocument(registry: Registry): object {
  const types = registry.types()
  const custom = types.filter((type) => type.custom !== undefined).map(customDefinitions)
  const definitions = Object.assign({ ...publishedDefinitions() }, ...custom) as ReturnType<typeof publishedDefinitions>
  const naming = { definition: kindIndex(definitions) }
  const paths = types.flatMap((type) =>
    Object.entries(pathsOf(type, naming)).map(([path, item]) => [path, swaggerPath(path, item, type.custom !== undefined)] as const)
  )
  const sorted = <T>(entries: readonly (readonly [string, T])[]) => Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const [major, minor] = registry.kubernetes.split('.')
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: `${major}.${minor}` },
    paths: sorted(paths),
    definitions: sorted(Object.entries(definitions).map(([name, schema]) => [name, swaggerSchema(schema)] as const)),
    securityDefinitions: {
      BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' }
    },
    security: [{ BearerToken: [] }]
  }
}
