import { networkProbeHeader, proberAgents, UpstreamError, type UpstreamPool, type UpstreamProtocol } from '@knative-ts/proxy'
import { setTimeout as pause } from 'node:timers/promises'

/** The queue-proxy answers when the user container is ready, and may take its time: up to 10 s with the default probe. */
const answerMs = 11_000
/** Milliseconds before it is asked again after a refusal; `leisureMs` where a Service stands for it. */
const waits = { firstMs: 25, mostMs: 200, leisureMs: 2_000 } as const

export interface Asked {
  readonly address: string
  readonly protocol: UpstreamProtocol
  /** Whether nobody waits for the answer. */
  readonly leisurely: () => boolean
  /** It answered something else, with this status. */
  readonly refused: (status: number) => void
}

export type ProbeAnswer =
  /** The queue-proxy says that the user container is ready. */
  | 'ready'
  /** Connected but not answered: the pod may be gone or starting anew. Or it is not the one that it should be. */
  | UpstreamError

/** Asks the queue-proxy until it says that the user container is ready (reference 4.3), or no longer listens. Rejects when `signal` aborts. */
export async function awaitAnswer(
  upstreams: UpstreamPool,
  { address, protocol, leisurely, refused }: Asked,
  signal: AbortSignal
): Promise<ProbeAnswer> {
  const headers = { 'User-Agent': proberAgents.activator, [networkProbeHeader]: 'queue' }
  let waitMs: number = waits.firstMs
  for (;;) {
    try {
      const { status, body } = await upstreams.request(address, { target: '/healthz', headers, protocol, timeoutMs: answerMs })
      if (status === 200 && body.toString() === 'queue') return 'ready'
      refused(status)
    } catch (error) {
      // The caller waits for the port again.
      if (error instanceof UpstreamError) return error
      throw error
    }
    await pause(leisurely() ? waits.leisureMs : waitMs, undefined, { signal })
    waitMs = Math.min(waitMs * 2, waits.mostMs)
  }
}
