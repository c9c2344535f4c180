/** What a policy's status says: whether its expressions fit the types that it is about (`plugin/policy/validating/typechecking.go`). */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { checkingEnvironment, typedExpression } from '../cel/admission-environment.ts'
import { declareType } from '../cel/declared-types.ts'
import type { Registry } from '../registry/registry.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import type { ObjectStore, StoredObject } from '../store/object-store.ts'

export const POLICIES = 'admissionregistration.k8s.io/validatingadmissionpolicies'
const MOST_TYPES = 10

/** Keeps the status of every policy; `onDefect` is told what must not happen. Returns the stop. */
export function followPolicies(store: ObjectStore, registry: Registry, onDefect: (error: unknown) => void): () => void {
  const follow = ({ key, object }: StoredObject) => {
    const policy = object as k8s.ValidatingAdmissionPolicy
    if (policy.status?.observedGeneration === policy.metadata.generation || policy.metadata.deletionTimestamp !== undefined) return
    const write = store.write(key, (current) => {
      if (current === undefined || current.object.metadata.uid !== policy.metadata.uid) return { kind: 'unchanged' }
      const { status: _, ...rest } = current.object as k8s.ValidatingAdmissionPolicy
      return { kind: 'put', object: { ...rest, status: statusOf(current.object as k8s.ValidatingAdmissionPolicy, registry) } as KubeObject }
    })
    write.catch(onDefect)
  }
  for (const stored of store.list(POLICIES)) follow(stored)
  const stop = store.subscribe(POLICIES, store.revision(), (events) => {
    for (const { type, current } of events) if (type !== 'DELETED') follow(current)
  })
  // The newest revision is always within the history.
  if (stop === 'expired') throw new Error(`cannot follow ${POLICIES} from revision ${store.revision()}`)
  return stop
}

/** The status of a policy as it stands. */
export function statusOf({ metadata, spec }: k8s.ValidatingAdmissionPolicy, registry: Registry): k8s.ValidatingAdmissionPolicyStatus {
  const types = typesOf(spec?.matchConstraints?.resourceRules ?? [], registry)
  const warnings = (spec?.validations ?? []).flatMap(({ expression, messageExpression }, index) => [
    ...warningsOf(`spec.validations[${index}].expression`, expression, types, spec),
    ...(messageExpression ? warningsOf(`spec.validations[${index}].messageExpression`, messageExpression, types, spec) : [])
  ])
  return {
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    typeChecking: warnings.length > 0 ? { expressionWarnings: warnings } : {}
  }
}

/** The types that rules without wildcards name. */
function typesOf(rules: readonly k8s.NamedRuleWithOperations[], registry: Registry): readonly ResourceType[] {
  const isPlain = (list: readonly string[] | undefined) => list !== undefined && !list.some((one) => one.includes('*'))
  const named = rules
    .filter(({ apiGroups, apiVersions }) => isPlain(apiGroups) && isPlain(apiVersions))
    .flatMap(({ apiGroups = [], apiVersions = [], resources = [] }) =>
      apiGroups.flatMap((group) =>
        apiVersions.flatMap((version) => resources.flatMap((plural) => registry.lookup(group, version, plural) ?? []))
      )
    )
  const text = ({ group, version, kind }: ResourceType) => `${group}/${version}/${kind}`
  return [...new Set(named)].sort((a, b) => (text(a) < text(b) ? -1 : 1)).slice(0, MOST_TYPES)
}

function warningsOf(
  fieldRef: string,
  expression: string,
  types: readonly ResourceType[],
  spec: k8s.ValidatingAdmissionPolicySpec | undefined
): k8s.ExpressionWarning[] {
  const texts = types.flatMap((type) => {
    const problem = problemOf(expression, type, spec)
    const name = `${type.group}/${type.version}, Kind=${type.kind}`
    return problem === undefined ? [] : [`${name}: ${problem.replace(/^compilation failed: /, '')}\n`]
  })
  return texts.length === 0 ? [] : [{ fieldRef, warning: texts.join('\n') }]
}

function problemOf(expression: string, type: ResourceType, spec: k8s.ValidatingAdmissionPolicySpec | undefined): string | undefined {
  const variables: Record<string, string> = {}
  const environment = () =>
    checkingEnvironment(
      { params: spec?.paramKind != null, authorizer: true, ...((spec?.variables ?? []).length > 0 && { variables }) },
      (cel) => declareType(cel, type.schema, true)
    )
  for (const variable of spec?.variables ?? []) variables[variable.name] = typedExpression(environment(), variable.expression, []).type
  return typedExpression(environment(), expression, []).problem
}
