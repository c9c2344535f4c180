import { badGateway, refuse, type Exchange, type Outcome, type UpstreamPool } from '@knative-ts/proxy'
import type { CompiledPath, CompiledSplit } from '../routing/compiled-route.ts'
import type { RoutingTable } from '../routing/routing-table.ts'
import type { AddressPicker } from './address-picker.ts'

/** What a request was matched to. */
export interface Matched {
  readonly path: CompiledPath
  readonly split: CompiledSplit
}

type UpstreamFailure = Extract<Outcome, { kind: 'upstream-failed' }>

export interface Forwarder {
  readonly table: RoutingTable
  readonly upstreams: UpstreamPool
  readonly picker: AddressPicker
  /** Milliseconds that a request waits for a backend that refuses or is not there: longer than a role takes to restart. */
  readonly patienceMs: number
}

/** Times that a request is sent again after a backend had connected and then died: more would spread a request that kills backends. */
const mostDeaths = 3

const none: ReadonlySet<string> = new Set()

/** Milliseconds between rounds over a backend that refuses: at first, and at most. */
const pause = { firstMs: 10, mostMs: 250 }

/**
 * Sends a request to one of its backend's addresses. One that refuses is replaced by another; when all do, the request is held and tried
 * again, because not a byte of it was sent. What was sent is sent again only when that is safe.
 */
export async function forwardToBackend(exchange: Exchange, { path, split }: Matched, forwarder: Forwarder): Promise<void> {
  const { table, patienceMs } = forwarder
  const until = performance.now() + patienceMs
  let tried: Set<string> | undefined
  let deaths = 0
  let waitMs = pause.firstMs
  for (;;) {
    const backend = table.backend(split.backend)
    const address = backend === undefined ? undefined : forwarder.picker.pick(backend.addresses, tried ?? none)
    let failure: UpstreamFailure | undefined
    if (backend !== undefined && address !== undefined) {
      failure = await attempt(exchange, address, backend.h2c, { path, split }, forwarder)
      if (failure === undefined) return
      if (failure.phase === 'before-head') deaths++
      if (deaths > mostDeaths) {
        badGateway(exchange, failure.error)
        return
      }
      const before = (tried ??= new Set())
      before.add(address)
      if (backend.addresses.some((other) => !before.has(other))) continue
    }
    if (exchange.aborted !== undefined) return
    if (performance.now() >= until) {
      answerFailure(exchange, split.backend, failure)
      return
    }
    tried?.clear()
    await table.changed(waitMs)
    waitMs = Math.min(waitMs * 2, pause.mostMs)
  }
}

/** Undefined when the exchange is over, answered or abandoned; otherwise a failure after which another address may be tried. */
async function attempt(
  exchange: Exchange,
  address: string,
  h2c: boolean,
  { path, split }: Matched,
  { upstreams, picker }: Forwarder
): Promise<UpstreamFailure | undefined> {
  picker.begin(address)
  const outcome = await upstreams.forward(exchange, address, {
    edits: split.edits,
    protocol: h2c ? 'h2c' : 'h1',
    retry: 'unsent-or-idempotent',
    ...(path.rewriteHost === '' ? {} : { host: path.rewriteHost })
  })
  picker.end(address)
  if (outcome.kind !== 'upstream-failed' || outcome.phase === 'mid-body') return undefined
  if (outcome.retriable) return outcome
  badGateway(exchange, outcome.error)
  return undefined
}

function answerFailure(exchange: Exchange, backend: string, failure: UpstreamFailure | undefined): void {
  if (failure !== undefined) badGateway(exchange, failure.error)
  else refuse(exchange, 503, `no address is ready behind ${backend}`)
}
