import type { HeaderList } from '@knative-ts/proxy'
import type { CompiledPath, CompiledRule, CompiledSplit } from './compiled-route.ts'

/** Host of a request as the table knows it: lower case, without port and trailing dot. */
export function hostKey(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.lastIndexOf(':')
  const name = end > 0 && !(host.startsWith('[') && end === host.length) ? host.slice(0, end) : host
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase()
}

/** The first path whose prefix and headers fit. */
export function matchPath(rule: CompiledRule, target: string, headers: HeaderList): CompiledPath | undefined {
  const path = pathOf(target)
  return rule.paths.find(
    ({ prefix, matchHeaders }) => path.startsWith(prefix) && matchHeaders.every(([name, value]) => headers.get(name) === value)
  )
}

function pathOf(target: string): string {
  const query = target.indexOf('?')
  return query < 0 ? target : target.slice(0, query)
}

/** Chooses by percentage; `random` gives [0, 1). Every request is thrown anew: no stickiness (reference 8.1, Routing). */
export function pickSplit(splits: readonly CompiledSplit[], random: () => number): CompiledSplit | undefined {
  if (splits.length <= 1) return splits[0]
  const total = splits.reduce((sum, { percent }) => sum + percent, 0)
  let point = random() * total
  for (const split of splits) {
    point -= split.percent
    if (point < 0) return split
  }
  return splits.findLast(({ percent }) => percent > 0)
}
