/**
 * The part of Kubernetes' JSONPath that printer columns use: `.a.b`, `['a.b']`, `[0]`, `[-1]`, `[*]`, `..`-free, and filters
 * `[?(@.type=="Ready")]`. A path compiles once.
 */
export type Find = (value: unknown) => readonly unknown[]

type Step = (values: readonly unknown[]) => readonly unknown[]

/** Compiles a path; undefined when it is none. */
export function compilePath(path: string): Find | undefined {
  const text = path.replace(/^\{(.*)\}$/s, '$1').replace(/^\$/, '')
  const steps: Step[] = []
  const token =
    /\.([A-Za-z_][\w-]*(?:\\\.[\w/-]+)*)|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[(-?\d+)\]|\[\*\]|\.\*|\[\?\((.*?)\)\]|\.(?=$|\[)/gy
  while (token.lastIndex < text.length) {
    const found = token.exec(text)
    if (found === null) return undefined
    const [all, dotted, single, double, index, filter] = found
    // Upstream's CRDs escape the dots of a label inside the quotes as well: ['serving\.knative\.dev/configuration'].
    const name = (dotted ?? single ?? double)?.replaceAll(/\\(.)/gs, '$1')
    if (name !== undefined) steps.push(member(name))
    else if (index !== undefined) steps.push(at(Number(index)))
    else if (filter !== undefined) {
      const matches = compileFilter(filter)
      if (matches === undefined) return undefined
      steps.push((values) => values.flatMap((value) => (Array.isArray(value) ? value.filter(matches) : [])))
    } else if (all !== '.') steps.push((values) => values.flatMap(childrenOf))
  }
  return (value) => steps.reduce<readonly unknown[]>((values, step) => step(values), [value])
}

const member =
  (name: string): Step =>
  (values) =>
    values.flatMap((value) =>
      value !== null && typeof value === 'object' && Object.hasOwn(value, name) ? [(value as Readonly<Record<string, unknown>>)[name]] : []
    )

const at =
  (index: number): Step =>
  (values) =>
    values.flatMap((value) => (Array.isArray(value) && value.at(index) !== undefined ? [value.at(index)] : []))

const childrenOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value !== null && typeof value === 'object' ? Object.values(value) : []

function compileFilter(text: string): ((value: unknown) => boolean) | undefined {
  const [, path = '', operator, operand = ''] = /^\s*@(.*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.*?))?\s*$/s.exec(text) ?? []
  const find = compilePath(path)
  if (find === undefined) return undefined
  if (operator === undefined) return (value) => find(value).length > 0
  const literal = literalOf(operand)
  if (literal === undefined) return undefined
  return (value) => find(value).some((found) => compare(found, operator, literal.value))
}

function literalOf(text: string): { value: unknown } | undefined {
  const quoted = /^'(.*)'$|^"(.*)"$/s.exec(text)
  if (quoted !== null) return { value: quoted[1] ?? quoted[2] ?? '' }
  if (text === 'true' || text === 'false') return { value: text === 'true' }
  return text !== '' && Number.isFinite(Number(text)) ? { value: Number(text) } : undefined
}

function compare(found: unknown, operator: string, literal: unknown): boolean {
  if (operator === '==') return found === literal
  if (operator === '!=') return found !== literal
  if (typeof found !== 'number' || typeof literal !== 'number') return false
  return operator === '<' ? found < literal : operator === '<=' ? found <= literal : operator === '>' ? found > literal : found >= literal
}
