/** Label selectors in both of Kubernetes' forms, as predicates. Rules: `k8s.io/apimachinery/pkg/labels`. */
export type Labels = Readonly<Record<string, string>>

/** Whether labels are selected. */
export type LabelPredicate = (labels: Labels | undefined) => boolean

/** `metav1.LabelSelector`. */
export interface LabelSelectorObject {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

/** The predicate of an object selector. An empty one selects everything, a missing one nothing. Throws on an unknown operator. */
export function selectorOf(selector: LabelSelectorObject | undefined): LabelPredicate {
  if (selector === undefined) return () => false
  const wanted = Object.entries(selector.matchLabels ?? {})
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => requirement(key, operator, values))
  return (labels = {}) => wanted.every(([key, value]) => labels[key] === value) && expressions.every((holds) => holds(labels))
}

/** The text form of an object selector, for list and watch: `a=b,c in (d,e),!f`. '' selects everything. */
export function selectorText(selector: LabelSelectorObject): string {
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  const more = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator === 'NotIn' ? 'notin' : 'in'} (${values.join(',')})`
  })
  return [...equal, ...more].join(',')
}

/** The predicate of a selector in text form. Throws an Error that quotes the part that cannot be read. */
export function parseSelector(text: string): LabelPredicate {
  const parts = text.match(/[^,(]*(\([^)]*\))?/g)?.map((part) => part.trim()) ?? []
  const holds = parts.filter((part) => part !== '').map(parsePart)
  return (labels = {}) => holds.every((predicate) => predicate(labels))
}

function parsePart(part: string): (labels: Labels) => boolean {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part)
  const values = (text = ''): string[] => text.split(',').map((value) => value.trim())
  if (set !== null) return requirement(set[1] ?? '', set[2] === 'in' ? 'In' : 'NotIn', values(set[3]))
  const pair = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(part)
  if (pair !== null) return requirement(pair[1] ?? '', pair[2] === '!=' ? 'NotIn' : 'In', [pair[3] ?? ''])
  const bare = /^(!?)\s*([^\s=!()]+)$/.exec(part)
  if (bare !== null) return requirement(bare[2] ?? '', bare[1] === '!' ? 'DoesNotExist' : 'Exists', [])
  throw new Error(`unable to parse requirement: "${part}"`)
}

function requirement(key: string, operator: string, values: readonly string[]): (labels: Labels) => boolean {
  switch (operator) {
    case 'In':
      return (labels) => labels[key] !== undefined && values.includes(labels[key])
    case 'NotIn':
      return (labels) => labels[key] === undefined || !values.includes(labels[key])
    case 'Exists':
      return (labels) => labels[key] !== undefined
    case 'DoesNotExist':
      return (labels) => labels[key] === undefined
    default:
      throw new Error(`"${operator}" is not a valid label selector operator`)
  }
}
