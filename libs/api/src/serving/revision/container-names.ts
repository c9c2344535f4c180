import { childName } from '../../names/child-name.ts'
import type { Container } from './container.schema.ts'

/** Names the containers that have none: `fallback` for an only one, else numbered, around the names that are taken. */
export function withNames(containers: readonly Container[], taken: ReadonlySet<string>, fallback: string): Container[] {
  if (containers.length <= 1 && !taken.has(fallback)) return containers.map((container) => named(container, fallback))
  let next = 0
  return containers.map((container) => {
    if ((container.name ?? '') !== '') return container
    let name = childName(fallback, `-${next}`)
    while (taken.has(name)) name = childName(fallback, `-${++next}`)
    next++
    return named(container, name)
  })
}

const named = (container: Container, name: string): Container => ((container.name ?? '') === '' ? { ...container, name } : container)
