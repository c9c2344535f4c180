import { quote } from '../go/parsed.ts'
import type { LabelSelector } from '../kubernetes/index.ts'
import { labelKeyProblems, labelValueProblems } from '../names/name-rules.ts'

/** What is wrong with a label selector, in apimachinery's words: the first bad requirement. Undefined when nothing is. */
export function selectorProblem({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string | undefined {
  for (const [key, value] of Object.entries(matchLabels)) {
    const problem = requirementProblem(key, [], [value])
    if (problem !== undefined) return problem
  }
  for (const { key, operator, values = [] } of matchExpressions) {
    const rule = operators[operator]
    if (rule === undefined) return `${quote(operator)} is not a valid label selector operator`
    const problem = requirementProblem(key, rule(values), values)
    if (problem !== undefined) return problem
  }
  return undefined
}

const some = (values: readonly string[]): string[] =>
  values.length > 0 ? [] : ["values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"]
const none = (values: readonly string[]): string[] =>
  values.length === 0
    ? []
    : [`values: Invalid value: [${values.map(quote).join(',')}]: values set must be empty for exists and does not exist`]
const operators: Readonly<Record<string, (values: readonly string[]) => string[]>> = {
  In: some,
  NotIn: some,
  Exists: none,
  DoesNotExist: none
}

function requirementProblem(key: string, ofValues: readonly string[], values: readonly string[]): string | undefined {
  const ofKey = labelKeyProblems(key)
  const problems = [
    ...(ofKey.length === 0 ? [] : [`key: Invalid value: ${quote(key)}: ${ofKey.join('; ')}`]),
    ...ofValues,
    ...values.flatMap((value, index) => {
      const found = labelValueProblems(value)
      return found.length === 0 ? [] : [`values[${index}][${key}]: Invalid value: ${quote(value)}: ${found.join('; ')}`]
    })
  ]
  return problems.length > 1 ? `[${problems.join(', ')}]` : problems[0]
}
