import { Module } from '@nestjs/common'
import { type Part, PARTS } from '@knative-ts/host'
import type { Sidecar } from './sidecar.ts'

/** The sidecar as a part of the role: it listens already when Nest comes, and is drained and stopped by it. */
export function partOf(sidecar: Sidecar): Part {
  return {
    name: 'data-path',
    unready: () => (sidecar.draining ? 'shutting down' : undefined),
    drain: () => sidecar.drain(),
    stop: () => sidecar.stop()
  }
}

@Module({ providers: [{ provide: PARTS, useFactory: (): readonly Part[] => [] }] })
export class QueueProxyModule {}
