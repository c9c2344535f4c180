/** The whole path of a request through the gateway, top to bottom. */
import {
  appendForwardedFor,
  isKubeletProbe,
  networkHashHeader,
  networkProbe,
  pipeline,
  refuse,
  setForwardedProtoAndHost,
  type Exchange,
  type Handler,
  type Stage
} from '@knative-ts/proxy'
import { forwardToBackend, type Forwarder, type Matched } from './forwarding/forward.ts'
import { hostKey, matchPath, pickSplit } from './routing/match.ts'
import type { CompiledRule } from './routing/compiled-route.ts'
import type { Side } from './routing/routing-table.ts'

interface Routed {
  rule: CompiledRule | undefined
  matched: Matched | undefined
}

export interface DataPathOptions extends Forwarder {
  readonly side: Side
  /** Why the gateway must not get traffic; undefined when it may. */
  readonly unready: () => string | undefined
  readonly random: () => number
}

export function dataPath(options: DataPathOptions): Handler {
  const { side, table, unready, random } = options

  const findRule: Stage<Routed> = (exchange, next) => {
    exchange.context.rule = table.rule(side, hostKey(exchange.request.host))
    if (exchange.context.rule !== undefined) return next(exchange)
    // A kubelet asks by address; a user's own request with its agent belongs to the user's host.
    if (isKubeletProbe(exchange.request.headers)) answerHealth(exchange)
    else refuse(exchange, 404, `no route leads from host "${exchange.request.host}"`)
  }

  const answerHealth = (exchange: Exchange<Routed>): void => {
    const reason = unready()
    if (reason === undefined) exchange.respond(200, {}, 'ok')
    else refuse(exchange, 503, reason)
  }

  /** A status prober asks which version of its ingress is served here: the hash is its proof (reference 2.12). */
  const ingressProbe: Stage<Routed> = (exchange, next) => {
    if (networkProbe(exchange.request.headers) !== 'probe') return next(exchange)
    exchange.respond(200, { [networkHashHeader]: exchange.context.rule?.version ?? '' })
  }

  const redirect: Stage<Routed> = (exchange, next) => {
    if (exchange.context.rule?.redirect !== true || exchange.request.secure || side === 'internal') return next(exchange)
    exchange.respond(301, { Location: `https://${hostKey(exchange.request.host)}${exchange.request.target}` })
  }

  const match: Stage<Routed> = (exchange, next) => {
    const { context, request } = exchange
    const path = context.rule === undefined ? undefined : matchPath(context.rule, request.target, request.headers)
    const split = path === undefined ? undefined : pickSplit(path.splits, random)
    if (path === undefined || split === undefined) {
      refuse(exchange, 404, `no route of host "${request.host}" fits this path and these headers`)
      return
    }
    context.matched = { path, split }
    return next(exchange)
  }

  const forwardedHeaders: Stage<Routed> = (exchange, next) => {
    appendForwardedFor(exchange.request)
    setForwardedProtoAndHost(exchange.request)
    return next(exchange)
  }

  const forward: Stage<Routed> = async (exchange) => {
    const { matched } = exchange.context
    if (matched !== undefined) await forwardToBackend(exchange as Exchange, matched, options)
  }

  return pipeline<Routed>([findRule, ingressProbe, redirect, match, forwardedHeaders, forward], () => ({
    rule: undefined,
    matched: undefined
  }))
}
