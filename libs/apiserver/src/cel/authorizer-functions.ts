/** Kubernetes' `authorizer` in CEL: whether the requester, or an account, may do something (`apiserver/pkg/cel/library/authz.go`). */
import type { Environment } from '@marcbachmann/cel-js'
import type { Attributes, ResourceAttributes } from '../auth/attributes.ts'
import type { Decision } from '../auth/authorizer.ts'
import { authenticated, serviceAccountGroups, userNameOf, type User } from '../auth/user.ts'

/** Decides for a user. */
export type Authorize = (user: User, attributes: Attributes) => Decision

class ResourceCheck {
  readonly authorize: Authorize
  readonly user: User
  readonly wanted: Omit<ResourceAttributes, 'verb'>

  constructor(authorize: Authorize, user: User, wanted: Omit<ResourceAttributes, 'verb'>) {
    this.authorize = authorize
    this.user = user
    this.wanted = wanted
  }

  with(more: Partial<ResourceAttributes>): ResourceCheck {
    return new ResourceCheck(this.authorize, this.user, { ...this.wanted, ...more })
  }
}

class GroupCheck {
  readonly check: ResourceCheck
  constructor(check: ResourceCheck) {
    this.check = check
  }
}

class PathCheck {
  readonly from: AuthorizerValue
  readonly path: string
  constructor(from: AuthorizerValue, path: string) {
    this.from = from
    this.path = path
  }
}

class DecisionValue {
  readonly decision: Decision
  constructor(decision: Decision) {
    this.decision = decision
  }
}

const NOTHING = { group: '', resource: '', subresource: '', namespace: '', name: '' }

class AuthorizerValue {
  readonly authorize: Authorize
  readonly user: User
  readonly requestResource: ResourceCheck

  constructor(authorize: Authorize, user: User, requested: Omit<ResourceAttributes, 'verb'>) {
    this.authorize = authorize
    this.user = user
    this.requestResource = new ResourceCheck(authorize, user, requested)
  }

  group(group: string): GroupCheck {
    return new GroupCheck(new ResourceCheck(this.authorize, this.user, { ...NOTHING, group }))
  }

  asAccount(namespace: string, name: string): AuthorizerValue {
    const user = authenticated({ name: userNameOf({ namespace, name }), groups: serviceAccountGroups(namespace) })
    return new AuthorizerValue(this.authorize, user, NOTHING)
  }
}

/** The value of `authorizer`. `requested`: what the request itself is about. */
export const authorizerValue = (authorize: Authorize, user: User, requested: Omit<ResourceAttributes, 'verb'>): unknown =>
  new AuthorizerValue(authorize, user, requested)

/** Declares the types and functions; the variable's type is `KubernetesAuthorizer`. */
export function registerAuthorizerFunctions(environment: Environment): void {
  const [authorizer, group, resource, path, decision] = [
    AUTHORIZER_TYPE,
    'KubernetesGroupCheck',
    'KubernetesResourceCheck',
    'KubernetesPathCheck',
    'KubernetesDecision'
  ]
  environment
    .registerType(decision, DecisionValue)
    .registerType(path, PathCheck)
    .registerType(resource, ResourceCheck)
    .registerType(group, GroupCheck)
    .registerType(authorizer, { ctor: AuthorizerValue, fields: { requestResource: resource } })
    .registerFunction(`${authorizer}.path(string): ${path}`, (from: AuthorizerValue, text: string) => {
      if (text === '') throw new Error('path must not be empty')
      return new PathCheck(from, text)
    })
    .registerFunction(`${authorizer}.group(string): ${group}`, (from: AuthorizerValue, name: string) => from.group(name))
    .registerFunction(
      `${authorizer}.serviceAccount(string, string): ${authorizer}`,
      (from: AuthorizerValue, namespace: string, name: string) => from.asAccount(namespace, name)
    )
    .registerFunction(`${group}.resource(string): ${resource}`, ({ check }: GroupCheck, name: string) => check.with({ resource: name }))
    .registerFunction(
      `${resource}.check(string): ${decision}`,
      ({ authorize, user, wanted }: ResourceCheck, verb: string) => new DecisionValue(authorize(user, { ...wanted, verb }))
    )
    .registerFunction(
      `${path}.check(string): ${decision}`,
      ({ from, path: text }: PathCheck, verb: string) => new DecisionValue(from.authorize(from.user, { verb, path: text }))
    )
    .registerFunction(`${decision}.allowed(): bool`, (made: DecisionValue) => made.decision.allowed)
    .registerFunction(`${decision}.errored(): bool`, () => false)
    .registerFunction(`${decision}.error(): string`, () => '')
    .registerFunction(`${decision}.reason(): string`, (made: DecisionValue) => made.decision.reason)
  for (const member of ['subresource', 'namespace', 'name'] as const)
    environment.registerFunction(`${resource}.${member}(string): ${resource}`, (check: ResourceCheck, text: string) =>
      check.with({ [member]: text })
    )
  // Selectors narrow a question only for authorizers that look at them; RBAC does not.
  for (const member of ['fieldSelector', 'labelSelector'])
    environment.registerFunction(`${resource}.${member}(string): ${resource}`, (check: ResourceCheck) => check)
}

/** Name of the type of `authorizer`. */
export const AUTHORIZER_TYPE = 'KubernetesAuthorizer'
