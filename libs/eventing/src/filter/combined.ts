import { narrowest, oneOf } from './anchor.ts'
import { type Filter, filterOf, noFilter, type Verdict } from './filter.ts'

/** All must pass. The first that fails decides; none with an opinion: no opinion (CloudEvents Subscriptions API, `all`). */
export function allOf(filters: readonly Filter[]): Filter {
  const opinionated = filters.filter((filter) => filter !== noFilter)
  if (opinionated.length < 2) return opinionated[0] ?? noFilter
  return filterOf(
    (event) => {
      let verdict: Verdict = 'none'
      for (const filter of opinionated) {
        const one = filter.evaluate(event)
        if (one === 'fail') return 'fail'
        if (one === 'pass') verdict = 'pass'
      }
      return verdict
    },
    narrowest(opinionated.map(({ anchors }) => anchors))
  )
}

/** One must pass. None with an opinion: no opinion (CloudEvents Subscriptions API, `any`). */
export function anyOf(filters: readonly Filter[]): Filter {
  const opinionated = filters.filter((filter) => filter !== noFilter)
  if (opinionated.length < 2) return opinionated[0] ?? noFilter
  return filterOf(
    (event) => {
      let verdict: Verdict = 'none'
      for (const filter of opinionated) {
        const one = filter.evaluate(event)
        if (one === 'pass') return 'pass'
        if (one === 'fail') verdict = 'fail'
      }
      return verdict
    },
    oneOf(opinionated.map(({ anchors }) => anchors))
  )
}

/** The opposite; no opinion stays none (CloudEvents Subscriptions API, `not`). */
export function notOf(filter: Filter): Filter {
  if (filter === noFilter) return noFilter
  return filterOf((event) => {
    const verdict = filter.evaluate(event)
    return verdict === 'pass' ? 'fail' : verdict === 'fail' ? 'pass' : 'none'
  })
}
