/** Paths of an OpenAPI document: which operation each resource answers, with the extensions and parameters that kubectl looks for. */
import type { ResourceType } from '../registry/resource-type.ts'
import { META, refTo } from './definitions.ts'

type Operation = Record<string, unknown>

/** What is known of a document's definitions while its paths are made. */
export interface Naming {
  /** Definition of a kind; undefined for kinds without one (`PodExecOptions`). */
  readonly definition: (of: { readonly group: string; readonly version: string; readonly kind: string }) => string | undefined
}

const parameter = (name: string, description: string, type = 'string') => ({
  name,
  in: 'query',
  description,
  schema: { type, uniqueItems: true }
})

const DRY_RUN = parameter(
  'dryRun',
  'When present, indicates that modifications should not be persisted. Valid values are: - All: all dry run stages will be processed'
)
const FIELD_MANAGER = parameter(
  'fieldManager',
  'fieldManager is a name associated with the actor or entity that is making these changes. It is required for apply requests.'
)
const FIELD_VALIDATION = parameter(
  'fieldValidation',
  'fieldValidation instructs the server on how to handle unknown or duplicate fields. Valid values are: Ignore, Warn, Strict.'
)
const FORCE = parameter('force', 'Force is going to "force" Apply requests: conflicting fields owned by others are taken over.', 'boolean')
const WRITE = [DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION]
const DELETE = [
  DRY_RUN,
  parameter('gracePeriodSeconds', 'The duration in seconds before the object should be deleted.', 'integer'),
  parameter('propagationPolicy', 'Whether and how garbage collection will be performed: Orphan, Background or Foreground.')
]
const LIST = [
  parameter('allowWatchBookmarks', 'Requests watch events with type "BOOKMARK".', 'boolean'),
  parameter('continue', 'The continue option should be set when retrieving more results from the server.'),
  parameter('fieldSelector', 'A selector to restrict the list of returned objects by their fields.'),
  parameter('labelSelector', 'A selector to restrict the list of returned objects by their labels.'),
  parameter('limit', 'The maximum number of responses to return for a list call.', 'integer'),
  parameter('resourceVersion', 'Sets a constraint on what resource versions a request may be served from.'),
  parameter('resourceVersionMatch', 'Determines how resourceVersion is applied to list calls.'),
  parameter('sendInitialEvents', 'Sends the present state as events before the watch, closed by a bookmark.', 'boolean'),
  parameter('timeoutSeconds', 'Timeout for the list/watch call.', 'integer'),
  parameter('watch', 'Watch for changes to the described resources.', 'boolean')
]
const PATCHES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json'
]

const pathParameter = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', uniqueItems: true }
})
const NAME = pathParameter('name', 'name of the object')
const NAMESPACE = pathParameter('namespace', 'object name and auth scope, such as for teams and projects')

const answers = (definition: string | undefined) => ({
  200: { description: 'OK', ...(definition === undefined ? {} : { content: { 'application/json': { schema: refTo(definition) } } }) },
  401: { description: 'Unauthorized' }
})
const body = (types: readonly string[], definition: string) => ({
  requestBody: { required: true, content: Object.fromEntries(types.map((type) => [type, { schema: refTo(definition) }])) }
})

/** Verb of a resource -> method, `x-kubernetes-action`, and parameters. */
const METHODS: Readonly<Record<string, { readonly method: string; readonly action: string; readonly parameters: readonly object[] }>> = {
  list: { method: 'get', action: 'list', parameters: LIST },
  create: { method: 'post', action: 'post', parameters: WRITE },
  deletecollection: { method: 'delete', action: 'deletecollection', parameters: [...LIST.slice(1, -1), ...DELETE] },
  get: { method: 'get', action: 'get', parameters: [] },
  update: { method: 'put', action: 'put', parameters: WRITE },
  patch: { method: 'patch', action: 'patch', parameters: [...WRITE, FORCE] },
  delete: { method: 'delete', action: 'delete', parameters: DELETE }
}

/** How generated clients call a verb, where the name differs. */
const CALLED: Readonly<Record<string, string>> = { get: 'read', update: 'replace', deletecollection: 'delete' }

/** `createCoordinationV1NamespacedLease`: Kubernetes' own groups go by their first name. */
const operationId = (verb: string, words: string) =>
  (CALLED[verb] ?? verb) +
  words.replace('.k8s.io', '').replaceAll(/(?:^|[^A-Za-z0-9])([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** `rbac.authorization.k8s.io` -> `rbacAuthorization`. */
const groupWord = (group: string) =>
  group === '' ? 'core' : group.replace('.k8s.io', '').replaceAll(/[^A-Za-z0-9]([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** A word behind group and version. */
const inserted = (words: string, word: string) => words.replace(/^\S+ \S+/, `$& ${word}`)

interface Target {
  readonly type: ResourceType
  readonly of: { readonly group: string; readonly version: string; readonly kind: string }
  readonly words: string
  readonly answer: string | undefined
}

function operation(verb: string, target: Target, naming: Naming): readonly [string, Operation] | undefined {
  const found = METHODS[verb]
  if (found === undefined) return undefined
  const { type, of } = target
  const definition = naming.definition(of)
  const isConnect = definition === undefined
  const patches = type.custom === undefined ? PATCHES : PATCHES.slice(0, 3)
  const content =
    verb === 'patch' && !isConnect
      ? body(patches, `${META}Patch`)
      : (verb === 'create' || verb === 'update') && definition !== undefined
        ? body(['*/*'], definition)
        : verb.startsWith('delete') && !isConnect
          ? body(['*/*'], `${META}DeleteOptions`)
          : {}
  return [
    found.method,
    {
      description: `${verb} ${target.words}`,
      operationId: isConnect
        ? operationId('connect', inserted(target.words, found.method))
        : operationId(verb, verb === 'deletecollection' ? inserted(target.words, 'collection') : target.words),
      tags: [`${groupWord(type.group)}_${type.version}`],
      'x-kubernetes-action': isConnect ? 'connect' : found.action,
      'x-kubernetes-group-version-kind': { group: of.group, version: of.version, kind: of.kind },
      parameters: isConnect ? [] : found.parameters,
      ...content,
      responses: answers(verb.startsWith('delete') && !isConnect ? `${META}Status` : target.answer)
    }
  ]
}

const pathItem = (verbs: readonly string[], target: Target, naming: Naming, parameters: readonly object[]): Operation => ({
  ...Object.fromEntries(verbs.map((verb) => operation(verb, target, naming)).filter((one) => one !== undefined)),
  ...(parameters.length > 0 ? { parameters } : {})
})

/** The path items of one resource and its subresources. */
export function pathsOf(type: ResourceType, naming: Naming): Record<string, Operation> {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`
  const base = type.namespaced ? `${root}/namespaces/{namespace}/${type.plural}` : `${root}/${type.plural}`
  const scope = type.namespaced ? [NAMESPACE] : []
  const group = type.group === '' ? 'core' : type.group
  const prefix = `${group} ${type.version} ${type.namespaced ? 'namespaced ' : ''}${type.kind}`.trim()
  const list = naming.definition({ ...type, kind: type.listKind })
  const own = naming.definition(type)
  const has = (verbs: readonly string[]) => verbs.filter((verb) => type.verbs.includes(verb))
  const target = (words: string, answer: string | undefined): Target => ({ type, of: type, words, answer })

  const paths: Record<string, Operation> = {}
  const collection = {
    ...pathItem(has(['list']), target(prefix, list), naming, scope),
    ...pathItem(has(['create', 'deletecollection']), target(prefix, own), naming, scope)
  }
  paths[base] = collection
  if (type.namespaced && type.verbs.includes('list')) {
    paths[`${root}/${type.plural}`] = pathItem(
      ['list'],
      target(`${group} ${type.version} ${type.kind} for all namespaces`, list),
      naming,
      []
    )
  }
  const item = has(['get', 'update', 'patch', 'delete'])
  if (item.length > 0) paths[`${base}/{name}`] = pathItem(item, target(prefix, own), naming, [NAME, ...scope])
  for (const [name, sub] of type.subresources) {
    const subTarget = { type, of: sub, words: `${prefix} ${name}`, answer: naming.definition(sub) }
    paths[`${base}/{name}/${name}`] = pathItem(sub.verbs, subTarget, naming, [NAME, ...scope])
  }
  return paths
}
