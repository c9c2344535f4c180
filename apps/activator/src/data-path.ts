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
  pipeline,
  refuse,
  type Stage,
  type UpstreamPool
} from '@knative-ts/proxy'
import { activate } from './activation.ts'
import { type RevisionEntry, unknownRevision } from './revision/revision-entry.ts'
import { revisionKeyOf } from './revision/revision-key.ts'
import type { ConcurrencyReporter } from './stats/concurrency-reporter.ts'

interface Activated {
  entry: RevisionEntry | undefined
}

export interface DataPathOptions {
  readonly clusterDomain: string
  /** Why the activator must not get traffic; undefined when it may. */
  readonly unready: () => string | undefined
  /** The revision of that name; undefined when it does not exist. Rejects when that cannot be found out. */
  readonly find: (key: ObjectKey) => RevisionEntry | undefined | Promise<RevisionEntry | undefined>
  readonly reporter: ConcurrencyReporter
  readonly upstreams: UpstreamPool
}

export function dataPath({ clusterDomain, unready, find, reporter, upstreams }: DataPathOptions): Handler {
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

  const findRevision: Stage<Activated> = async (exchange, next) => {
    const key = revisionKeyOf(exchange.request, clusterDomain) ?? { namespace: '', name: '' }
    try {
      exchange.context.entry = await find(key)
    } catch (error) {
      refuse(exchange, 500, `Error getting active endpoint: ${(error as Error).message}`)
      return
    }
    if (exchange.context.entry !== undefined) return next(exchange)
    refuse(exchange, 404, unknownRevision(key))
  }

  const count: Stage<Activated> = (exchange, next) => {
    const { key } = entryOf(exchange)
    reporter.begin(key)
    exchange.onEnd(() => reporter.end(key))
    return next(exchange)
  }

  const timers = deadlines<Activated>((exchange) => entryOf(exchange).facts.deadlines, 'activator request timeout')

  const forward: Stage<Activated> = (exchange) => activate(exchange as Exchange, entryOf(exchange), upstreams)

  return pipeline<Activated>([health, ingressProbe, activatorProbe, findRevision, count, timers, forward], () => ({ entry: undefined }))
}

/** Stages after `findRevision` run only with a revision. */
function entryOf({ context }: Exchange<Activated>): RevisionEntry {
  if (context.entry === undefined) throw new Error('the revision is looked up before it is used')
  return context.entry
}
