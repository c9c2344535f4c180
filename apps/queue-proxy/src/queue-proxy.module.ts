import { Module } from '@nestjs/common'
import { type Part, PARTS } from '@knative-ts/host'
import type { Log } from '@knative-ts/telemetry/logger'
import type { Environment } from './environment.ts'
import { profilesPart } from './profiles-part.ts'
import type { Sidecar } from './sidecar.ts'
import type { Telemetry } from './telemetry.ts'

/** The sidecar as parts of the role: it listens already when Nest comes, and is drained and stopped by it. What it recorded of its end is sent after that. */
export function partsOf(
  sidecar: Sidecar,
  telemetry: Telemetry,
  log: Log,
  { profiling, profilingPort }: Pick<Environment, 'profiling' | 'profilingPort'>
): readonly Part[] {
  return [
    {
      name: 'telemetry',
      // A collector that cannot be had keeps no pod from serving.
      start: () => telemetry.open(log, sidecar.measured).catch((error: unknown) => log.error({ error }, 'request metrics are not sent')),
      stop: () => telemetry.close()
    },
    ...(profiling ? [profilesPart(profilingPort, log)] : []),
    {
      name: 'data-path',
      unready: () => (sidecar.draining ? 'shutting down' : undefined),
      drain: () => sidecar.drain(),
      stop: () => sidecar.stop()
    }
  ]
}

@Module({ providers: [{ provide: PARTS, useFactory: (): readonly Part[] => [] }] })
export class QueueProxyModule {}
