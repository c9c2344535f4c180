import { Marks } from '@knative-ts/kube'
import {
  configurationConditions,
  configurationGenerationLabel,
  isReady,
  readyOf,
  type Configuration,
  type ConfigurationStatus,
  type Revision
} from '@knative-ts/api'

/** Something for the user to know, as an event on the Configuration. */
export interface News {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

const generationOf = (revision: Revision): number => Number(revision.metadata.labels?.[configurationGenerationLabel] ?? 0)

/** No second full stop behind words that have their own. */
const sentence = (words: string): string => (words.endsWith('.') ? words : `${words}.`)

export function markCreationFailed(status: ConfigurationStatus, message: string): void {
  new Marks(status, configurationConditions).false('Ready', 'RevisionFailed', sentence(`Revision creation failed with message: ${message}`))
}

/**
 * Status of a Configuration whose present generation has revision `created`; `all` are its revisions. Returns what happened.
 * The latest ready revision may be older than the created one, never older than the one that was ready before.
 */
export function followRevisions(
  configuration: Configuration & { status: ConfigurationStatus },
  created: Revision,
  all: readonly Revision[]
): News[] {
  const { status } = configuration
  const marks = new Marks(status, configurationConditions)
  const news: News[] = []
  const name = created.metadata.name ?? ''
  const before = marks.get('Ready')
  status.latestCreatedRevisionName = name
  const ready = readyOf(created)
  const trouble = ready?.status === 'Unknown' ? (ready.message ?? '') : ''
  // Without a reason, as upstream: clients match on those.
  if (status.latestReadyRevisionName !== name)
    marks.unknown('Ready', '', trouble === '' ? '' : `Revision "${name}" is not ready yet: ${trouble}`)
  if (ready?.status === 'False') {
    marks.false('Ready', 'RevisionFailed', sentence(`Revision "${name}" failed with message: ${ready.message ?? ''}`))
    const after = marks.get('Ready')
    if (before?.status !== 'False' || before.message !== after?.message) news.push(failureOf(name, status.latestReadyRevisionName))
  } else if (ready?.status === 'True' && (status.latestReadyRevisionName ?? '') === '') {
    news.push({ type: 'Normal', reason: 'ConfigurationReady', message: 'Configuration becomes ready' })
  }
  const newest = newestReady(configuration, created, all)
  if (newest !== undefined && newest !== status.latestReadyRevisionName) {
    status.latestReadyRevisionName = newest
    news.push({ type: 'Normal', reason: 'LatestReadyUpdate', message: `LatestReadyRevisionName updated to "${newest}"` })
  }
  if (newest === name) marks.true('Ready')
  return news
}

function failureOf(name: string, latestReady: string | undefined): News {
  if (latestReady === name) return { type: 'Warning', reason: 'LatestReadyFailed', message: `Latest ready revision "${name}" has failed` }
  return { type: 'Warning', reason: 'LatestCreatedFailed', message: `Latest created revision "${name}" has failed` }
}

/** Revisions that the user named come first, then by generation, newest first. */
function newestReady(configuration: Configuration & { status: ConfigurationStatus }, created: Revision, all: readonly Revision[]) {
  const given = configuration.spec.template?.metadata?.name ?? ''
  const known = all.find((revision) => revision.metadata.name === configuration.status.latestReadyRevisionName)
  const from = known === undefined ? 0 : generationOf(known)
  const to = configuration.metadata.generation ?? 0
  const candidates = new Map<string, Revision>()
  for (const revision of [...all, created]) {
    const generation = generationOf(revision)
    const inRange = known === undefined || (generation >= from && generation <= to)
    if (inRange || revision.metadata.name === given) candidates.set(revision.metadata.name ?? '', revision)
  }
  const ordered = [...candidates.values()].sort(
    (a, b) => Number(b.metadata.name === given) - Number(a.metadata.name === given) || generationOf(b) - generationOf(a)
  )
  return ordered.find(isReady)?.metadata.name
}
