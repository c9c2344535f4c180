/** One rule of a role, and what it allows (Kubernetes, "Using RBAC Authorization"). Pure. */
import type { Attributes } from './attributes.ts'

/** `rules[]` of Role and ClusterRole. An empty list of names means every object. */
export interface PolicyRule {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

/** What cluster-admin and the masters have. */
export const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] }
]

/** Whether a rule allows a request. */
export function allows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!hasOrAll(rule.verbs, attributes.verb)) return false
  if ('path' in attributes) return (rule.nonResourceURLs ?? []).some((pattern) => matchesPath(pattern, attributes.path))
  const { group, resource, subresource, name } = attributes
  const { apiGroups = [], resources = [], resourceNames = [] } = rule
  if (!hasOrAll(apiGroups, group)) return false
  if (!matchesResource(resources, subresource === '' ? resource : `${resource}/${subresource}`)) return false
  return resourceNames.length === 0 || resourceNames.includes(name)
}

/** The single permissions of rules that the owner's rules do not cover: what somebody with `owned` may not hand out. */
export function notCovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(singles).filter((single) => !owned.some((rule) => coversSingle(rule, single)))
}

/** Rules with the verbs of equal ones put together, as Kubernetes prints them: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`. */
export function described(rules: readonly PolicyRule[]): readonly string[] {
  const merged = new Map<string, { rule: PolicyRule; verbs: string[] }>()
  for (const rule of rules) {
    const id = JSON.stringify({ ...rule, verbs: [] })
    const known = merged.get(id)
    if (known) known.verbs.push(...rule.verbs.filter((verb) => !known.verbs.includes(verb)))
    else merged.set(id, { rule, verbs: [...rule.verbs] })
  }
  const list = (name: string, values: readonly string[] = []) =>
    values.length === 0 ? [] : [`${name}:[${values.map((value) => JSON.stringify(value)).join(' ')}]`]
  return [...merged.values()]
    .map(({ rule, verbs }) =>
      [
        ...list('APIGroups', rule.apiGroups),
        ...list('Resources', rule.resources),
        ...list('NonResourceURLs', rule.nonResourceURLs),
        ...list('ResourceNames', rule.resourceNames),
        ...list('Verbs', verbs)
      ].join(', ')
    )
    .map((text) => `{${text}}`)
    .sort()
}

/** One rule for each verb and group and resource (and name), or verb and path. */
function singles(rule: PolicyRule): readonly PolicyRule[] {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule
  const named: readonly { resourceNames?: string[] }[] =
    resourceNames.length > 0 ? resourceNames.map((name) => ({ resourceNames: [name] })) : [{}]
  return [
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        rule.verbs.flatMap((verb) => named.map((names) => ({ verbs: [verb], apiGroups: [group], resources: [resource], ...names })))
      )
    ),
    ...nonResourceURLs.flatMap((path) => rule.verbs.map((verb) => ({ verbs: [verb], nonResourceURLs: [path] })))
  ]
}

function coversSingle(owner: PolicyRule, single: PolicyRule): boolean {
  if (!single.verbs.every((verb) => hasOrAll(owner.verbs, verb))) return false
  const path = single.nonResourceURLs?.[0]
  if (path !== undefined) return (owner.nonResourceURLs ?? []).some((pattern) => matchesPath(pattern, path))
  if (!single.apiGroups?.every((group) => hasOrAll(owner.apiGroups ?? [], group))) return false
  if (!single.resources?.every((resource) => matchesResource(owner.resources ?? [], resource))) return false
  const ownedNames = owner.resourceNames ?? []
  if (ownedNames.length === 0) return true
  return (single.resourceNames ?? []).length > 0 && (single.resourceNames ?? []).every((name) => ownedNames.includes(name))
}

/** `pods/log` is matched by itself, by the log subresource of everything, and by everything; not by `pods`. */
function matchesResource(patterns: readonly string[], resource: string): boolean {
  const slash = resource.indexOf('/')
  return hasOrAll(patterns, resource) || (slash > 0 && patterns.includes(`*${resource.slice(slash)}`))
}

function matchesPath(pattern: string, path: string): boolean {
  return pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')))
}

function hasOrAll(patterns: readonly string[], value: string): boolean {
  return patterns.includes('*') || patterns.includes(value)
}
