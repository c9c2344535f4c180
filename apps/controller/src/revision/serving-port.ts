import type { Container, RevisionSpec } from '@knative-ts/api'

/** Port that a container serves on when its template names none. */
const defaultUserPort = 8080

/** How requests reach a revision. */
export interface ServingPort {
  /** Port that the user's container listens on. */
  readonly user: number
  readonly h2c: boolean
  /** Port of the queue-proxy for that protocol. */
  readonly queue: 8012 | 8013
}

/** The container that takes requests: the only one, or the one with a port. */
export function servingContainerOf(spec: RevisionSpec): Container {
  const found = spec.containers.find((container) => (container.ports?.length ?? 0) > 0) ?? spec.containers[0]
  if (found === undefined) throw new Error('a Revision needs a container')
  return found
}

export function servingPortOf(spec: RevisionSpec): ServingPort {
  const port = servingContainerOf(spec).ports?.[0]
  const h2c = port?.name === 'h2c'
  const given = port?.containerPort ?? 0
  return { user: given === 0 ? defaultUserPort : given, h2c, queue: h2c ? 8013 : 8012 }
}
