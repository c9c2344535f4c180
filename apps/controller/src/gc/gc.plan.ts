import {
  noGcAnnotation,
  routingStateLabel,
  routingStateModifiedAnnotation,
  type Configuration,
  type GcConfig,
  type Revision
} from '@knative-ts/api'

const createdAt = (revision: Revision): number => Date.parse(revision.metadata.creationTimestamp ?? '') || 0

/** When it was last in use, ms: since its routing state changed, else since it was made. */
function lastActiveAt(revision: Revision): number {
  return Date.parse(revision.metadata.annotations?.[routingStateModifiedAnnotation] ?? '') || createdAt(revision)
}

/** No Route leads to it, nobody protects it, and it is not what the Configuration serves. */
function isInUse(revision: Revision, configuration: Configuration): boolean {
  if (revision.metadata.name === configuration.status?.latestReadyRevisionName) return true
  if (revision.metadata.annotations?.[noGcAnnotation]?.toLowerCase() === 'true') return true
  return revision.metadata.labels?.[routingStateLabel] !== 'reserve'
}

/** The revisions of a Configuration that nobody needs any more, oldest first. `now`: ms. */
export function surplusRevisions(configuration: Configuration, revisions: readonly Revision[], config: GcConfig, now: number): Revision[] {
  const {
    retainSinceCreateTimeMs: sinceCreate,
    retainSinceLastActiveTimeMs: sinceActive,
    minNonActiveRevisions: min,
    maxNonActiveRevisions: max
  } = config
  const timed = sinceCreate !== Infinity || sinceActive !== Infinity
  if ((!timed && max === Infinity) || revisions.length <= min) return []
  const unused = revisions.filter((revision) => !isInUse(revision, configuration))
  if (unused.length <= min) return []
  const oldestFirst = unused.toSorted((a, b) => lastActiveAt(a) - lastActiveAt(b))
  // A setting that is off does not keep anything: Infinity stands for it.
  const over = (since: number, limit: number): boolean => limit === Infinity || now - since >= limit
  const isStale = (revision: Revision): boolean =>
    timed && over(createdAt(revision), sinceCreate) && over(lastActiveAt(revision), sinceActive)
  const stale = oldestFirst.filter(isStale).slice(0, unused.length - min)
  const left = oldestFirst.filter((revision) => !stale.includes(revision))
  return max !== Infinity && left.length > max ? [...stale, ...left.slice(0, left.length - max)] : stale
}
