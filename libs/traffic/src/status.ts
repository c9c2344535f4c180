import { isInProgress, type Rollout } from './rollout.ts'
import { defaultTag, type RevisionTarget, type TrafficTarget } from './target.ts'

/**
 * `status.traffic` of a Route: one entry a target, never with a configuration name, `url` on tagged entries.
 * While a rollout moves a configuration's share between revisions, its untagged latest target shows as one entry a revision.
 */
export function trafficStatus(targets: readonly RevisionTarget[], urlOf: (tag: string) => string, rollout?: Rollout): TrafficTarget[] {
  return targets.flatMap((target) => {
    const moving = target.latest ? movingShare(target, rollout) : undefined
    if (moving === undefined) return [entryOf(target, target.revision, target.percent, urlOf)]
    return moving.revisions.map((share) => entryOf(target, share.revisionName, share.percent, urlOf))
  })
}

function movingShare(target: RevisionTarget, rollout: Rollout | undefined) {
  const found = rollout?.configurations.find(
    (c) => (c.tag ?? defaultTag) === defaultTag && c.configurationName === target.configuration && c.percent === target.percent
  )
  return found !== undefined && isInProgress({ configurations: [found] }) ? found : undefined
}

function entryOf(target: RevisionTarget, revision: string, percent: number, urlOf: (tag: string) => string): TrafficTarget {
  return {
    ...(target.tag === defaultTag ? {} : { tag: target.tag }),
    revisionName: revision,
    ...(target.latestGiven ? { latestRevision: target.latest } : {}),
    ...(target.percentGiven ? { percent } : {}),
    ...(target.tag === defaultTag ? {} : { url: urlOf(target.tag) })
  }
}
