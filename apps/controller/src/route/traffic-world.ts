import {
  configurationLabel,
  isFailed,
  isReady,
  readyOf,
  serviceLabel,
  type Configuration,
  type ObjectKey,
  type Revision
} from '@knative-ts/api'
import type { TrafficWorld } from '@knative-ts/traffic'
import type { Objects } from '../objects.ts'
import { servingPortOf } from '../revision/serving-port.ts'

/** What a Route's targets may mean, in its namespace. */
export function trafficWorld(
  { configurations, revisions }: Pick<Objects, 'configurations' | 'revisions'>,
  { namespace }: ObjectKey
): TrafficWorld {
  return {
    configuration(name) {
      const found = configurations.get({ namespace, name })
      if (found === undefined) return undefined
      const latest = found.status?.latestReadyRevisionName
      return { failed: isFailed(found), why: whyOf(found), ...(latest === undefined ? {} : { latestReadyRevisionName: latest }) }
    },
    revision(name) {
      const found = revisions.get({ namespace, name })
      if (found === undefined) return undefined
      const labels = found.metadata.labels ?? {}
      return {
        configuration: labels[configurationLabel] ?? '',
        service: labels[serviceLabel] ?? '',
        ready: isReady(found),
        failed: isFailed(found),
        why: whyOf(found),
        protocol: servingPortOf(found.spec).h2c ? 'h2c' : 'http1'
      }
    }
  }
}

/** What the object says of its readiness, when that is about its present generation. */
function whyOf(object: Configuration | Revision): string {
  const current = (object.status?.observedGeneration ?? 0) === (object.metadata.generation ?? 0)
  return current ? (readyOf(object)?.message ?? '') : ''
}
