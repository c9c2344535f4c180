/** Accept headers as Kubernetes' API server parses them (github.com/munnerz/goautoneg). */

/** One clause of an Accept header. */
export interface AcceptClause {
  readonly type: string
  readonly subType: string
  readonly parameters: ReadonlyMap<string, string>
}

/** The clauses, best first: by `q`, then the exact before wildcards, then as they stand. What is no clause is left out. */
export function acceptClauses(header: string): readonly AcceptClause[] {
  return header
    .split(',')
    .flatMap((text) => clauseOf(text) ?? [])
    .toSorted((one, other) => other.q - one.q || wildcards(one) - wildcards(other))
}

const wildcards = ({ type, subType }: AcceptClause) => (type === '*' ? 2 : 0) + (subType === '*' ? 1 : 0)

function clauseOf(text: string): (AcceptClause & { readonly q: number }) | undefined {
  const [range = '', ...rest] = text.split(';')
  const [type = '', subType = type.trim() === '*' ? '*' : '', ...surplus] = range.split('/')
  if (subType === '' || surplus.length > 0) return undefined
  const parameters = new Map<string, string>()
  let q = 1
  for (const parameter of rest) {
    const [name = '', value = '', ...more] = parameter.split('=')
    if (value === '' || more.length > 0) continue
    if (name.trim() === 'q') q = Number.parseFloat(value) || 0
    else parameters.set(name.trim(), value.trim())
  }
  return { type: type.trim(), subType: subType.trim(), parameters, q }
}
