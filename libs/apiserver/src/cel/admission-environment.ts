/** What expressions of webhooks and policies may name: the request, its objects, its namespace, params, variables, and the authorizer. */
import type { Environment } from '@marcbachmann/cel-js'
import { AUTHORIZER_TYPE, registerAuthorizerFunctions } from './authorizer-functions.ts'
import { celEnvironment } from './environment.ts'
import { checkedExpression } from './expression.ts'

/** Which of the optional variables there are. */
export interface AdmissionVariables {
  readonly params?: boolean
  readonly authorizer?: boolean
  /** Types of the policy's variables by their names, for a checking environment. */
  readonly variables?: Readonly<Record<string, string>>
}

const KIND = { group: 'string', version: 'string', kind: 'string' }
const RESOURCE = { group: 'string', version: 'string', resource: 'string' }
const USER = { username: 'string', uid: 'string', groups: 'list<string>', extra: 'map<string, list<string>>' }
const REQUEST = {
  kind: 'RequestKind',
  resource: 'RequestResource',
  subResource: 'string',
  requestKind: 'RequestKind',
  requestResource: 'RequestResource',
  requestSubResource: 'string',
  name: 'string',
  namespace: 'string',
  operation: 'string',
  userInfo: 'RequestUserInfo',
  dryRun: 'bool',
  options: 'dyn'
}
const METADATA = {
  name: 'string',
  generateName: 'string',
  namespace: 'string',
  labels: 'map<string, string>',
  annotations: 'map<string, string>',
  UID: 'string',
  creationTimestamp: 'dyn',
  deletionGracePeriodSeconds: 'int',
  deletionTimestamp: 'dyn',
  generation: 'int',
  resourceVersion: 'string',
  finalizers: 'list<string>'
}
const NAMESPACE = { metadata: 'NamespaceMetadata', spec: 'NamespaceSpec', status: 'NamespaceStatus' }

/** An environment to run expressions in; nothing in it has a type that could be wrong. */
export function admissionEnvironment(): Environment {
  const environment = celEnvironment()
  registerAuthorizerFunctions(environment)
  for (const name of ['object', 'oldObject', 'request', 'namespaceObject', 'params', 'variables']) environment.registerVariable(name, 'dyn')
  return environment.registerVariable('authorizer', AUTHORIZER_TYPE)
}

/** An environment to check expressions in: fields that are not there are found. `objectType`: the type of object and oldObject, when known. */
export function checkingEnvironment(available: AdmissionVariables, declareObject?: (environment: Environment) => string): Environment {
  const environment = celEnvironment()
  const declare = (name: string, fields: Record<string, string>) => {
    environment.registerType(name, { ctor: class {}, fields })
  }
  declare('RequestKind', KIND)
  declare('RequestResource', RESOURCE)
  declare('RequestUserInfo', USER)
  declare('RequestRequest', REQUEST)
  declare('NamespaceMetadata', METADATA)
  declare('NamespaceSpec', { finalizers: 'list<string>' })
  declare('NamespaceStatus', { conditions: 'dyn', phase: 'string' })
  declare('NamespaceNamespace', NAMESPACE)
  const object = declareObject?.(environment) ?? 'dyn'
  environment
    .registerVariable('object', object)
    .registerVariable('oldObject', object)
    .registerVariable('request', 'RequestRequest')
    .registerVariable('namespaceObject', 'NamespaceNamespace')
  if (available.params === true) environment.registerVariable('params', 'dyn')
  if (available.authorizer === true) {
    registerAuthorizerFunctions(environment)
    environment.registerVariable('authorizer', AUTHORIZER_TYPE)
  }
  if (available.variables !== undefined) {
    declare('PolicyVariables', { ...available.variables })
    environment.registerVariable('variables', 'PolicyVariables')
  }
  return environment
}

/** Why a text is no expression of one of the wanted types; else its type. */
export function typedExpression(
  environment: Environment,
  text: string,
  wanted: readonly string[]
): { readonly problem?: string; readonly type: string } {
  const { problem, type } = checkedExpression(environment, text)
  if (problem !== undefined) return { problem, type: 'dyn' }
  const found = type === 'dyn' && !isPlainlyDynamic(environment, text) ? (wanted[0] ?? type) : type
  if (wanted.length === 0 || wanted.includes(found)) return { type }
  const what = wanted.length === 1 ? String(wanted[0]) : `one of [${wanted.join(' ')}]`
  return { problem: `must evaluate to ${what} but got ${found}`, type }
}

interface Node {
  readonly op: string
  readonly args: unknown
}

/** A value of unknown type that nothing was done with; other expressions have a type that the library may fail to see. */
function isPlainlyDynamic(environment: Environment, text: string): boolean {
  const { ast } = environment.parse(text) as unknown as { readonly ast: Node }
  const isPlain = ({ op, args }: Node): boolean =>
    op === '.' || op === '[]' || op === 'id' || (op === '?:' && Array.isArray(args) && (args as Node[]).slice(1).every(isPlain))
  return isPlain(ast)
}
