/** The whole path of a request through the activator, top to bottom (reference 4.1). */
import type { ObjectKey } from '@knative-ts/api'
import {
  answerIngressProbe,
  deadlines,
  type Exchange,
  type Handler,
  isIngressProbe,
  isKubeletProbe,
  networkHashHeader,
  networkProbe,
  type Next,
  pipeline,
  refuse,
  type Stage,
  traced,
  type UpstreamPool
} from '@knative-ts/proxy'
import type { Activated } from './activated.ts'
import { activation } from './activation.ts'
import { refuseBusy } from './holding/refuse-busy.ts'
import { Turns } from './holding/turns.ts'
import { type RevisionEntry, unknownRevision } from './revision/revision-entry.ts'
import { revisionKeyOf } from './revision/revision-key.ts'
import type { ConcurrencyReporter } from './stats/concurrency-reporter.ts'
import { describeRevision, type Observers } from './telemetry/observers.ts'

/** Held requests that go on in one turn of the event loop: about 5 ms of work. */
const sentPerTurn = 100

export interface DataPathOptions {
  readonly clusterDomain: string
  /** Why the activator must not get traffic; undefined when it may. */
  readonly unready: () => string | undefined
  /** The revision of that name; undefined when it does not exist. Rejects when that cannot be found out. */
  readonly find: (key: ObjectKey) => RevisionEntry | undefined | Promise<RevisionEntry | undefined>
  readonly reporter: ConcurrencyReporter
  readonly upstreams: UpstreamPool
  readonly observers: Observers
}

export function dataPath({ clusterDomain, unready, find, reporter, upstreams, observers }: DataPathOptions): Handler {
  const health: Stage<Activated> = (exchange, next) => {
    if (!isKubeletProbe(exchange.request.headers)) return next(exchange)
    const reason = unready()
    if (reason === undefined) exchange.respond(200)
    else refuse(exchange, 500, reason)
  }

  const ingressProbe: Stage<Activated> = (exchange, next) => {
    if (isIngressProbe(exchange.request.headers)) {
      answerIngressProbe(exchange as Exchange)
      return undefined
    }
    exchange.request.headers.remove(networkHashHeader)
    return next(exchange)
  }

  const activatorProbe: Stage<Activated> = (exchange, next) => {
    const probe = networkProbe(exchange.request.headers)
    if (probe === undefined) return next(exchange)
    if (probe === 'activator') exchange.respond(200, { 'Content-Type': 'text/plain; charset=utf-8' }, 'activator')
    else refuse(exchange, 400, `unexpected probe header value: "${probe}"`)
  }

  const findRevision: Stage<Activated> = (exchange, next) => {
    const key = revisionKeyOf(exchange.request, clusterDomain) ?? { namespace: '', name: '' }
    const found = find(key)
    return found instanceof Promise ? awaitRevision(exchange, next, key, found) : goOn(exchange, next, key, found)
  }

  const count: Stage<Activated> = (exchange, next) => {
    reporter.begin(exchange.context.entry.key)
    exchange.onEnd(uncount)
    return next(exchange)
  }
  const uncount = (exchange: Exchange<Activated>): void => reporter.end(exchange.context.entry.key)

  const room: Stage<Activated> = (exchange, next) => {
    if (!exchange.context.entry.open.take()) {
      refuseBusy(exchange)
      return undefined
    }
    exchange.onEnd(leaveRoom)
    return next(exchange)
  }
  const leaveRoom = (exchange: Exchange<Activated>): void => exchange.context.entry.open.give()

  const timers = deadlines<Activated>(({ context }) => context.entry.facts.deadlines, 'activator request timeout')

  const forward = activation(upstreams, new Turns(sentPerTurn))

  const { tracing, metrics, lines } = observers

  return pipeline<Activated>(
    [health, ingressProbe, activatorProbe, traced(tracing), metrics, findRevision, describeRevision, lines, count, room, timers, forward],
    begun
  )
}

/** No stage before `findRevision` looks at the revision, and none after it runs without one. */
function begun(): Activated {
  return { entry: undefined as unknown as RevisionEntry, place: undefined, deaths: 0, outer: undefined, times: undefined }
}

function goOn(
  exchange: Exchange<Activated>,
  next: Next<Activated>,
  key: ObjectKey,
  found: RevisionEntry | undefined
): void | Promise<void> {
  if (found === undefined) {
    refuse(exchange, 404, unknownRevision(key))
    return undefined
  }
  exchange.context.entry = found
  return next(exchange)
}

/** The cache does not have it: the API server is asked. */
async function awaitRevision(
  exchange: Exchange<Activated>,
  next: Next<Activated>,
  key: ObjectKey,
  asked: Promise<RevisionEntry | undefined>
): Promise<void> {
  let found: RevisionEntry | undefined
  try {
    found = await asked
  } catch (error) {
    refuse(exchange, 500, `Error getting active endpoint: ${(error as Error).message}`)
    return
  }
  await goOn(exchange, next, key, found)
}
