/** Which requests a policy and its bindings are about. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { ResourceType } from '../registry/resource-type.ts'
import { compileLabelSelector } from '../requests/label-selector.ts'
import { isEverything, ruleMatches, type Candidate } from './webhook-match.ts'

/** The type in whose version the policy wants to see the request; undefined when it is not about it. */
export const policyType = ({ spec }: k8s.ValidatingAdmissionPolicy, candidate: Candidate): ResourceType | undefined =>
  matched(spec?.matchConstraints, candidate)

/** A binding may narrow what its policy is about. */
export const bindingMatches = ({ spec }: k8s.ValidatingAdmissionPolicyBinding, candidate: Candidate): boolean =>
  spec?.matchResources == null || matched(spec.matchResources, candidate) !== undefined

function matched(match: k8s.MatchResources | undefined, candidate: Candidate): ResourceType | undefined {
  const { call, object, before, namespaceLabels } = candidate
  const inNamespace = call.type.namespaced || call.type.storage === '/namespaces'
  if (inNamespace && !compileLabelSelector(match?.namespaceSelector)(namespaceLabels)) return undefined
  if (!isEverything(match?.objectSelector)) {
    const selects = compileLabelSelector(match?.objectSelector)
    const isSelected = [object, before].some((one) => one?.metadata !== undefined && selects(one.metadata.labels))
    if (!isSelected) return undefined
  }
  if (typeByRules(match?.excludeResourceRules ?? [], match?.matchPolicy, candidate) !== undefined) return undefined
  const rules = match?.resourceRules ?? []
  return rules.length === 0 ? call.type : typeByRules(rules, match?.matchPolicy, candidate)
}

function typeByRules(
  rules: readonly k8s.NamedRuleWithOperations[],
  matchPolicy: string | undefined,
  { call, operation, object, before, equivalents }: Candidate
): ResourceType | undefined {
  const name = call.name || object?.metadata?.name || before?.metadata.name || ''
  const matches = (type: ResourceType) =>
    rules.some(
      (rule) =>
        ruleMatches(rule as k8s.RuleWithOperations, type, call, operation) &&
        ((rule.resourceNames ?? []).length === 0 || rule.resourceNames?.includes(name) === true)
    )
  if (matches(call.type)) return call.type
  return matchPolicy === 'Exact' ? undefined : equivalents.find(matches)
}
