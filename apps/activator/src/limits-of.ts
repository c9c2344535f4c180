import type { ActivatorEnvironment } from './activator.config.ts'
import type { RoomLimits } from './holding/room.ts'

const mib = 2 ** 20
/** Upstream's queue of a revision (reference 4.2). */
const revisionRequests = 10_000
/** Without a memory limit: 8,000 held requests without a body. */
const unlimited = { heldBytes: 128 * mib, connections: 65_536 }
/** Of a memory limit: the process itself needs about 110 MiB, and what runs needs the rest. */
const heldShare = 4
/** A connection with a request that runs, and its share of the upstream's. */
const bytesPerConnection = 32 * 1024

export interface ActivatorLimits extends RoomLimits {
  /** Of one listener. */
  readonly connections: number
}

/** What may be open at once: as the environment says, else by the memory limit in bytes. */
export function limitsOf(
  environment: Pick<ActivatorEnvironment, 'HELD_BYTES' | 'HELD_BYTES_PER_REVISION' | 'MAX_REQUESTS' | 'MAX_CONNECTIONS'>,
  memory: number | undefined
): ActivatorLimits {
  const totalBytes = environment.HELD_BYTES ?? (memory === undefined ? unlimited.heldBytes : Math.max(Math.floor(memory / heldShare), mib))
  // Half, so that a revision that comes while one floods finds room at once, and nobody need be pushed out for it.
  const revisionBytes = environment.HELD_BYTES_PER_REVISION ?? Math.ceil(totalBytes / 2)
  const byMemory = memory === undefined ? unlimited.connections : Math.floor(memory / bytesPerConnection)
  const connections = environment.MAX_CONNECTIONS ?? Math.min(Math.max(byMemory, 1024), unlimited.connections)
  // Over HTTP/2 a connection brings many.
  const requests = environment.MAX_REQUESTS ?? connections
  return { holding: { totalBytes, revisionBytes, revisionRequests }, requests, connections }
}
