import { type Anchor, narrowest } from './anchor.ts'
import { type Filter, filterOf, noFilter } from './filter.ts'

const tests = {
  exact: (value: string, text: string): boolean => value === text,
  prefix: (value: string, text: string): boolean => value.startsWith(text),
  suffix: (value: string, text: string): boolean => value.endsWith(text)
} as const

/**
 * The dialects `exact`, `prefix` and `suffix`: every attribute named must be there and be, begin or end so (CloudEvents Subscriptions API,
 * 3.2.4.1). An empty map, name or text makes the filter invalid: it has no opinion, as with the original.
 */
export function textFilter(how: Anchor['how'], wanted: Readonly<Record<string, string>>): Filter {
  const pairs = Object.entries(wanted)
  if (pairs.length === 0 || pairs.some(([name, text]) => name === '' || text === '')) return noFilter
  const test = tests[how]
  const anchors = narrowest(pairs.map(([attribute, text]) => ({ any: [{ how, attribute, text }], whole: true })))
  const [only] = pairs
  if (pairs.length === 1 && only !== undefined) {
    const [attribute, text] = only
    return filterOf((event) => {
      const value = event.attributes.get(attribute)
      return value !== undefined && test(value, text) ? 'pass' : 'fail'
    }, anchors)
  }
  return filterOf((event) => {
    for (const [name, text] of pairs) {
      const value = event.attributes.get(name)
      if (value === undefined || !test(value, text)) return 'fail'
    }
    return 'pass'
  }, anchors)
}
