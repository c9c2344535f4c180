/** ValidatingAdmissionPolicies: rules in CEL that cluster administrators write, bound to what they are for. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Authorizer } from '../auth/authorizer.ts'
import { authorizerOf } from '../cel/match-conditions.ts'
import { compilePolicy, type PolicyExpressions } from '../cel/policy-expressions.ts'
import { plainValue } from '../cel/values.ts'
import { failure } from '../http/errors.ts'
import type { Registry } from '../registry/registry.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import type { Call } from '../requests/call.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { admissionRequest } from './admission-review.ts'
import { asAdmitted, converted } from './admitted-object.ts'
import { candidateOf } from './candidate.ts'
import { refusalsOf, type Refusal } from './policy-evaluation.ts'
import { bindingMatches, policyType } from './policy-match.ts'
import { paramsOf, paramType } from './policy-params.ts'
import type { Operation } from './webhook-match.ts'

const GROUP = 'admissionregistration.k8s.io'
const CODES: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413, Invalid: 422 }

interface Policy {
  readonly object: k8s.ValidatingAdmissionPolicy
  readonly compiled: PolicyExpressions
  readonly bindings: readonly k8s.ValidatingAdmissionPolicyBinding[]
}

interface Told {
  readonly message: string
  readonly reason: string
}

export class AdmissionPolicies {
  readonly #store: ObjectStore
  readonly #registry: Registry
  readonly #authorizer: Authorizer
  #policies: readonly Policy[] | undefined

  constructor(store: ObjectStore, registry: Registry, authorizer: Authorizer) {
    this.#store = store
    this.#registry = registry
    this.#authorizer = authorizer
    for (const plural of ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'])
      store.subscribe(`${GROUP}/${plural}`, store.revision(), () => (this.#policies = undefined))
  }

  /** Throws the first refusal of a policy that denies; warns of those that warn. Runs after mutation, before validating webhooks. */
  validate(call: Call, operation: Operation, object: KubeObject | undefined, before: KubeObject | undefined): void {
    const policies = this.#enforced()
    if (policies.length === 0 || call.type.group === GROUP) return
    const world = { store: this.#store, registry: this.#registry }
    const seen = object && asAdmitted(call, object)
    const candidate = candidateOf(world, call, operation, seen, before && asAdmitted(call, before))
    const denials: Told[] = []
    for (const policy of policies) {
      const type = policyType(policy.object, candidate)
      if (type === undefined) continue
      const problem = this.#configurationProblem(policy.object)
      if (problem !== undefined) {
        if (policy.object.spec?.failurePolicy !== 'Ignore') denials.push(problem)
        continue
      }
      const facts = this.#factsOf(call, type, operation, candidate.object, candidate.before)
      for (const binding of policy.bindings)
        if (bindingMatches(binding, candidate)) denials.push(...this.#judged(policy, binding, call, facts))
    }
    const [first] = denials
    if (first !== undefined) throw refused(call, object ?? before, first)
  }

  /** A policy whose params cannot be found fails whatever it is about, whoever bound it. */
  #configurationProblem({ metadata, spec }: k8s.ValidatingAdmissionPolicy): Told | undefined {
    const kind = spec?.paramKind
    if (kind == null || paramType(this.#registry, kind) !== undefined) return undefined
    const why = `failed to find resource referenced by paramKind: '${kind.apiVersion}, Kind=${kind.kind}'`
    return { message: `ValidatingAdmissionPolicy '${metadata.name}' denied request: failed to configure policy: ${why}`, reason: '' }
  }

  #judged({ object: policy, compiled }: Policy, binding: k8s.ValidatingAdmissionPolicyBinding, call: Call, facts: RequestFacts): Told[] {
    const by = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`
    const denied = ({ message, reason }: Omit<Refusal, 'always'>): Told => ({ message: `${by} denied request: ${message}`, reason })
    const { spec = {} as k8s.ValidatingAdmissionPolicySpec } = policy
    const { paramRef, validationActions = [] } = binding.spec ?? ({} as Partial<k8s.ValidatingAdmissionPolicyBindingSpec>)
    const world = { store: this.#store, registry: this.#registry }
    const params = paramsOf(world, spec.paramKind, paramRef, call.namespace)
    if (typeof params === 'string') {
      if (spec.failurePolicy === 'Ignore') return []
      return [denied({ message: `failed to configure binding: ${params}`, reason: '' })]
    }
    const refusals = params.flatMap((param) => refusalsOf(spec, compiled, { ...facts.values, params: plainValue(param) }, facts.size))
    return refusals.flatMap((refusal) => {
      if (validationActions.includes('Warn') && !refusal.always)
        call.warn(
          `Validation failed for ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}': ${refusal.message}`
        )
      return refusal.always || validationActions.includes('Deny') ? [denied(refusal)] : []
    })
  }

  #factsOf(
    call: Call,
    type: ResourceType,
    operation: Operation,
    object: KubeObject | undefined,
    before: KubeObject | undefined
  ): RequestFacts {
    const into = (one: KubeObject | undefined) => (one === undefined || type === call.type ? one : converted(one, call.type, type))
    const { object: now, oldObject, ...request } = admissionRequest(call, type, operation, into(object), into(before))
    const isNamespace = call.type.storage === '/namespaces'
    const namespace = isNamespace ? undefined : this.#store.get({ resource: '/namespaces', namespace: '', name: call.namespace })?.object
    const values = {
      object: plainValue(now),
      oldObject: plainValue(oldObject),
      request: plainValue(request),
      namespaceObject: plainValue(namespace === undefined ? null : exposed(namespace)),
      authorizer: authorizerOf({ authorizer: this.#authorizer, call })
    }
    return { values, size: JSON.stringify([now, oldObject]).length }
  }

  /** Policies that somebody bound, by name. */
  #enforced(): readonly Policy[] {
    if (this.#policies !== undefined) return this.#policies
    const bindings = this.#store
      .list(`${GROUP}/validatingadmissionpolicybindings`)
      .map(({ object }) => object as k8s.ValidatingAdmissionPolicyBinding)
    const policies = this.#store.list(`${GROUP}/validatingadmissionpolicies`).flatMap(({ object }): Policy[] => {
      const policy = object as k8s.ValidatingAdmissionPolicy
      const own = bindings.filter(({ spec }) => spec?.policyName === policy.metadata.name)
      return own.length === 0 || policy.spec === undefined ? [] : [{ object: policy, compiled: compilePolicy(policy.spec), bindings: own }]
    })
    this.#policies = policies
    return policies
  }
}

interface RequestFacts {
  readonly values: Readonly<Record<string, unknown>>
  readonly size: number
}

/** Of the namespace, what policies may see. */
function exposed(namespace: KubeObject): object {
  const { metadata, spec, status } = namespace as k8s.Namespace
  const { managedFields: _fields, ownerReferences: _owners, ...shown } = metadata
  return { metadata: shown, spec, status }
}

function refused(call: Call, object: KubeObject | undefined, { message, reason }: Told): Error {
  const { group, plural } = call.type
  const name = call.name || (object?.metadata?.name ?? '')
  const resource = group === '' ? plural : `${plural}.${group}`
  const kind = reason === '' ? 'Invalid' : reason
  const details = { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural, causes: [{ message }] }
  return failure(CODES[kind] ?? 422, kind, `${resource}${name === '' ? '' : ` ${JSON.stringify(name)}`} is forbidden: ${message}`, details)
}
