import type { KubeObject, Resource } from '@knative-ts/api'
import type { KubeClient } from './client.ts'
import { isNamespaceTerminating, isNotFound } from './api-error.ts'
import { systemClock, type Clock } from './clock.ts'
import { stderrLog, type Log } from './log.ts'
import { secondTime } from './micro-time.ts'

interface CoreEvent extends KubeObject {
  involvedObject: Record<string, string | undefined>
  type: string
  reason: string
  message: string
  count: number
  firstTimestamp: string
  lastTimestamp: string
  source: { component: string; host?: string }
  reportingComponent: string
  reportingInstance: string
}

const events: Resource<CoreEvent> = { group: '', version: 'v1', plural: 'events', kind: 'Event', namespaced: true }

/** Writes what happened to objects as core/v1 Events. */
export interface EventRecorder {
  /** Never throws and never waits; an event that cannot be written is logged. `fieldPath` names a part, `spec.containers{name}`. */
  record(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void
  /** Resolves when everything recorded so far is written or given up. */
  flush(): Promise<void>
}

/** Who records Events, and where they go. */
export interface EventRecorderOptions {
  readonly client: KubeClient
  /** Who reports: `revision-controller`, `kubelet`. */
  readonly component: string
  /** Node that it happened on. */
  readonly host?: string
  readonly log?: Log
  readonly clock?: Clock
}

/** What is remembered of events already written, to count repetitions instead of writing more. client-go keeps 4096 too. */
const remembered = 4096
/** An object may have 25 events at once and one more every 5 minutes: client-go's EventSourceObjectSpamFilter. */
const burst = 25
const refillMs = 300_000

/** Shared by all recorders of the process: two of them may report on objects of one name in the same millisecond. */
let serial = Math.floor(Math.random() * 1_000_000)

/** Records Events as client-go does: the same one again raises a count, and each object has a budget. A write that fails is logged; recording never throws. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { client, component, host, log = stderrLog, clock = systemClock } = options
  const written = new Map<string, { readonly namespace: string; readonly name: string; count: number }>()
  const budgets = new Map<string, { tokens: number; at: number }>()
  let last: Promise<void> = Promise.resolve()

  const allowed = (object: string): boolean => {
    const now = clock.now()
    const budget = budgets.get(object) ?? { tokens: burst, at: now }
    const tokens = Math.min(burst, budget.tokens + (now - budget.at) / refillMs)
    remember(budgets, object, { tokens: tokens < 1 ? tokens : tokens - 1, at: now })
    return tokens >= 1
  }

  const write = async (event: CoreEvent, key: string): Promise<void> => {
    const known = written.get(key)
    if (known !== undefined) {
      try {
        const body = { count: known.count + 1, lastTimestamp: event.lastTimestamp }
        await client.patch(events, known, { type: 'merge', body })
        known.count++
        return
      } catch (error) {
        // Its hour is over (events expire): a new one then.
        if (!isNotFound(error)) throw error
        written.delete(key)
      }
    }
    await client.create(events, event)
    remember(written, key, { namespace: event.metadata.namespace ?? '', name: event.metadata.name ?? '', count: 1 })
  }

  return {
    record(object, type, reason, message, fieldPath) {
      const { namespace = 'default', name = '', uid = '', resourceVersion } = object.metadata
      const about = `${object.kind}/${uid}`
      if (!allowed(about)) return
      const now = clock.now()
      const time = secondTime(now)
      const event: CoreEvent = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { namespace, name: `${name}.${(BigInt(now) * 1_000_000n + BigInt(serial++ % 1_000_000)).toString(16)}` },
        involvedObject: {
          apiVersion: object.apiVersion,
          kind: object.kind,
          ...(object.metadata.namespace === undefined ? {} : { namespace }),
          name,
          uid,
          resourceVersion,
          fieldPath
        },
        type,
        reason,
        message,
        count: 1,
        firstTimestamp: time,
        lastTimestamp: time,
        source: { component, ...(host === undefined ? {} : { host }) },
        reportingComponent: component,
        reportingInstance: host ?? ''
      }
      last = last
        .then(() => write(event, JSON.stringify([about, type, reason, message, fieldPath])))
        .catch((error: unknown) => {
          const fields = { about: `${object.kind} ${namespace}/${name}`, reason, error }
          // The namespace goes away and the event with it: no news.
          if (isNotFound(error) || isNamespaceTerminating(error)) log.debug(fields, 'no event in a namespace on its way out')
          else log.warn(fields, 'cannot write an event')
        })
    },
    flush: () => last
  }
}

/** Puts at the young end of the map; the oldest leaves when there are too many. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= remembered) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}
