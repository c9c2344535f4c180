/** Which webhooks a request concerns: rules, scopes, selectors, equivalent versions. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import { compileMatchConditions, type MatchConditions } from '../cel/match-conditions.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import type { Call } from '../requests/call.ts'
import { compileLabelSelector, type LabelMatch, type Labels } from '../requests/label-selector.ts'

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'

/** One webhook of one configuration, its selectors compiled. */
export interface Webhook {
  readonly phase: 'mutating' | 'validating'
  readonly configuration: string
  readonly spec: k8s.MutatingWebhook | k8s.ValidatingWebhook
  readonly namespaces: LabelMatch
  readonly objects: LabelMatch
  readonly conditions: MatchConditions
}

/** All webhooks of the configurations, in the order in which they run: by configuration name, then as listed. */
export function compileWebhooks(phase: Webhook['phase'], configurations: readonly KubeObject[]): Webhook[] {
  return configurations.flatMap((object) => {
    const { metadata, webhooks = [] } = object as k8s.MutatingWebhookConfiguration
    return webhooks.map((spec) => ({
      phase,
      configuration: metadata.name ?? '',
      spec,
      namespaces: compileLabelSelector(spec.namespaceSelector),
      objects: compileLabelSelector(spec.objectSelector),
      conditions: compileMatchConditions(spec.matchConditions)
    }))
  })
}

/** What a request is, to a webhook. */
export interface Candidate {
  readonly call: Call
  readonly operation: Operation
  readonly object: KubeObject | undefined
  readonly before: KubeObject | undefined
  /** Labels of the request's namespace (of the namespace itself, when it is one); undefined for other cluster-scoped objects. */
  readonly namespaceLabels: Labels
  /** The same resource in its other versions. */
  readonly equivalents: readonly ResourceType[]
}

/** The type in whose version the webhook wants to see the request; undefined when it is not concerned. */
export function matchedType({ spec, namespaces, objects }: Webhook, candidate: Candidate): ResourceType | undefined {
  const { call, operation, object, before, namespaceLabels, equivalents } = candidate
  const rules = spec.rules ?? []
  const exact = rules.some((rule) => ruleMatches(rule, call.type, call, operation))
  const type = exact
    ? call.type
    : spec.matchPolicy === 'Exact'
      ? undefined
      : equivalents.find((one) => rules.some((rule) => ruleMatches(rule, one, call, operation)))
  if (type === undefined) return undefined
  const inNamespace = call.type.namespaced || call.type.storage === '/namespaces'
  if (inNamespace && !namespaces(namespaceLabels)) return undefined
  const seen = [object, before].filter((one) => one !== undefined)
  if (seen.length === 0 || isEverything(spec.objectSelector)) return type
  // What has no metadata (the options of a connection) is matched by no selector.
  return seen.some((one) => one.metadata !== undefined && objects(labelsOf(call, one))) ? type : undefined
}

/** A Scale has no labels. */
const labelsOf = (call: Call, object: KubeObject): Labels => (call.subresource === 'scale' ? undefined : object.metadata.labels)

export const isEverything = (selector: k8s.LabelSelector | null | undefined) =>
  Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0

export function ruleMatches(rule: k8s.RuleWithOperations, type: ResourceType, call: Call, operation: Operation): boolean {
  const has = (list: readonly string[] | undefined, value: string) => list !== undefined && (list.includes('*') || list.includes(value))
  if (!has(rule.operations, operation) || !has(rule.apiGroups, type.group) || !has(rule.apiVersions, type.version)) return false
  const { scope = '*' } = rule
  // A namespace counts as cluster-scoped, whatever the request's path looks like.
  if (scope !== '*' && (scope === 'Namespaced') !== type.namespaced) return false
  return (rule.resources ?? []).some((pattern) => resourceMatches(pattern, type.plural, call.subresource))
}

/** A pattern is a resource or a star, and after a slash a subresource or a star. */
function resourceMatches(pattern: string, plural: string, subresource: string): boolean {
  const [resource = '', sub = ''] = pattern.split('/', 2)
  if (resource !== '*' && resource !== plural) return false
  return sub === '*' || sub === subresource
}
