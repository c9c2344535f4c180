import type { HeaderList } from '@knative-ts/proxy'
import type { CompiledPath, CompiledRule } from './compiled-route.ts'
import type { Split } from './split.ts'

/** Host of a request as the table knows it: lower case, without port and trailing dot. */
export function hostKey(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.lastIndexOf(':')
  const name = end > 0 && !(host.startsWith('[') && end === host.length) ? host.slice(0, end) : host
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase()
}

/** The first path, in the KIngress' order, whose prefix and headers fit (reference 2.12). */
export function matchPath({ sole, paths }: CompiledRule, target: string, headers: HeaderList): CompiledPath | undefined {
  if (sole !== undefined) return sole
  for (const path of paths) if (isPrefix(path.prefix, target) && haveAll(headers, path.matchHeaders)) return path
  return undefined
}

/** The query is no part of the path. A prefix with a question mark fits nothing, as no path has one. */
function isPrefix(prefix: string, target: string): boolean {
  return prefix === '' || (target.startsWith(prefix) && !prefix.includes('?'))
}

function haveAll(headers: HeaderList, wanted: CompiledPath['matchHeaders']): boolean {
  for (const [name, value] of wanted) if (headers.get(name) !== value) return false
  return true
}

/** Chooses by percentage; `random` gives [0, 1). Every request is thrown anew: no stickiness (reference 8.1, Routing). */
export function pickSplit({ sole, splits, total }: CompiledPath, random: () => number): Split | undefined {
  if (sole !== undefined) return sole
  let point = random() * total
  for (const split of splits) {
    point -= split.percent
    if (point < 0) return split
  }
  return splits.findLast(({ percent }) => percent > 0)
}
