import type { Ingress } from './ingress.ts'
import type { IngressPath, IngressRule } from './ingress.schema.ts'

/** Fills in an Ingress: rules are for everybody unless they say so, an only backend gets everything. */
export function defaultIngress(ingress: Ingress): Ingress {
  const rules = ingress.spec.rules
  return rules === undefined ? ingress : { ...ingress, spec: { ...ingress.spec, rules: rules.map(defaultRule) } }
}

function defaultRule(rule: IngressRule): IngressRule {
  const visibility = (rule.visibility ?? '') === '' ? 'ExternalIP' : rule.visibility
  const result: IngressRule = { ...rule, ...(visibility === undefined ? {} : { visibility }) }
  if (rule.http !== undefined) result.http = { ...rule.http, paths: (rule.http.paths ?? []).map(defaultPath) }
  return result
}

function defaultPath(path: IngressPath): IngressPath {
  const [only, second] = path.splits ?? []
  if (only === undefined || second !== undefined || (only.percent ?? 0) !== 0) return path
  return { ...path, splits: [{ ...only, percent: 100 }] }
}
