import type { InboundRequest } from '../server/exchange.ts'
import type { ClientTrunk } from '../trunk/client-trunk.ts'
import { inTurn } from '../wire/turn.ts'
import type { Wire } from '../wire/wire.ts'
import type { Lane } from './lane.ts'
import { UpstreamError } from './outcome.ts'

/** A trunk is opened when so many requests are under way to an address: fewer would not make up for its connection. */
const trunkFrom = 2
/** An upstream that has said that it takes trunks has so many milliseconds to greet one. */
const greetingMs = 5000
/** A longer body would hold up the requests of others. */
const shortBytes = 16 * 1024
/** So many requests to an address go over connections of their own after a long answer. */
const ownAfterLong = 1000

/** Whether a request may go by a trunk: what is long, or changes the protocol, gets a connection of its own. */
export function isCarried({ body: { length }, upgrade }: InboundRequest): boolean {
  return length >= 0 && length <= shortBytes && upgrade === undefined
}

/** The trunk that the next request goes by; undefined when it needs a connection of its own. Opens one where many are under way. */
export function trunkOf(lane: Lane, dial: (lane: Lane) => Promise<Wire>): ClientTrunk | undefined {
  if (lane.ownFor > 0) {
    lane.ownFor--
    return undefined
  }
  // Alone it gains nothing, and its bytes would leave a little later.
  if (lane.busy === 0 && lane.idle.length > 0) return undefined
  const { trunk } = lane
  if (trunk !== undefined) return trunk.usable ? trunk : undefined
  if (!lane.opening && lane.busy >= trunkFrom) void openTrunk(lane, dial)
  return undefined
}

/** The upstream is not asked any more by what is open now. */
export function endTrunk(lane: Lane): void {
  lane.takesTrunks = false
  lane.trunk?.leave()
}

async function openTrunk(lane: Lane, dial: (lane: Lane) => Promise<Wire>): Promise<void> {
  lane.opening = true
  const { era } = lane
  // Else the address was dropped meanwhile, and may be another server's by now, or nobody asks it any more.
  const isWanted = (): boolean => lane.takesTrunks && lane.era === era
  try {
    // Loaded when first used: who carries nothing starts faster.
    const { ClientTrunk } = await import('../trunk/client-trunk.ts')
    const wire = await dial(lane)
    if (!isWanted()) wire.destroy()
    if (wire.destroyed) throw new UpstreamError('closed', lane.address, 'EOF')
    const ready = (): void => {
      clearTimeout(timer)
      lane.opening = false
      lane.trunk = trunk
      if (!isWanted()) trunk.leave()
    }
    const gone = (): void => {
      clearTimeout(timer)
      lane.opening = false
      // Where it never was one, nothing is tried before the upstream says again that it takes trunks.
      if (lane.trunk !== trunk) lane.takesTrunks = false
      lane.trunk = undefined
      for (const connection of lane.carried.slice()) connection.kill()
    }
    const bulky = (): void => void (lane.ownFor = ownAfterLong)
    const trunk: ClientTrunk = inTurn(() => new ClientTrunk(wire, { ready, gone, bulky }))
    const late = (): void => {
      trunk.leave()
      // Who does not greet may not say goodbye either.
      wire.destroy()
    }
    const timer = setTimeout(late, greetingMs).unref()
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    lane.opening = false
    // A server that is there since has said so for itself.
    if (lane.era === era) lane.takesTrunks = false
  }
}
