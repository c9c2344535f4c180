import { dns1123SubdomainProblems, labelKeyProblems, labelValueProblems } from '../names/name-rules.ts'
import { ConfigError } from './config-error.ts'
import { cannotUnmarshal, isMap, parseYaml } from './yaml-value.ts'

/** Which runtime class revisions with certain labels get. */
export interface RuntimeClassRule {
  readonly name: string
  readonly selector: Readonly<Record<string, string>>
}

/** Reads the value of `runtime-class-name`: YAML, class names with an optional selector each. */
export function parseRuntimeClasses(text: string): readonly RuntimeClassRule[] {
  const problem = 'runtime-class-name cannot be parsed, please check the format: '
  const document = parseYaml(text)
  if (!document.ok) throw new ConfigError(problem + document.error)
  const value = document.value ?? {}
  if (!isMap(value)) throw new ConfigError(problem + cannotUnmarshal(value, 'map[string]deployment.RuntimeClassNameLabelSelector'))
  return Object.entries(value).map(([name, rule]) => ruleOf(name, rule, problem))
}

/** The runtime class for a revision with these labels, if any: the rule with most labels, of equals the first by alphabet. */
export function runtimeClassFor(rules: readonly RuntimeClassRule[], labels: Readonly<Record<string, string>>): string | undefined {
  const matching = rules.filter(({ selector }) => Object.entries(selector).every(([key, value]) => labels[key] === value))
  const size = (rule: RuntimeClassRule): number => Object.keys(rule.selector).length
  return matching.sort((a, b) => size(b) - size(a) || (a.name < b.name ? -1 : 1))[0]?.name
}

function ruleOf(name: string, rule: unknown, problem: string): RuntimeClassRule {
  const nameProblems = dns1123SubdomainProblems(name)
  if (nameProblems.length > 0)
    throw new ConfigError(`runtime-class-name ${name} selector not valid DNSSubdomain: [${nameProblems.join(' ')}]`)
  const selector = isMap(rule) ? (rule['selector'] ?? {}) : {}
  if (!isMap(selector)) throw new ConfigError(problem + cannotUnmarshal(selector, 'map[string]string'))
  for (const [key, value] of Object.entries(selector)) {
    const [keyProblem] = labelKeyProblems(key)
    if (keyProblem !== undefined)
      throw new ConfigError(`runtime-class-name ${name} selector invalid: key: Invalid value: "${key}": ${keyProblem}`)
    const [valueProblem] = labelValueProblems(String(value))
    if (valueProblem !== undefined) {
      throw new ConfigError(
        `runtime-class-name ${name} selector invalid: values[0][${key}]: Invalid value: "${String(value)}": ${valueProblem}`
      )
    }
  }
  return { name, selector: selector as Record<string, string> }
}
