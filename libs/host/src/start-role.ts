/** Starts one role: Nest composes its parts, this runs them: order of start, probes, signals, order of stop. */
import 'reflect-metadata'
import type { Server } from 'node:http'
import { Module, type DynamicModule, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { createLogger, type Log } from '@knative-ts/telemetry/logger'
import type { LazyMetrics } from './metrics.ts'
import { nestLogOf } from './nest-log.ts'
import { Observability } from './observability.ts'
import { LOG, METRICS, OBSERVABILITY, PARTS, type Part } from './part.ts'
import { serveProbes } from './probes.ts'
import type { RoleTelemetry } from './role-telemetry.ts'

export interface RoleOptions {
  /** `activator`, `controller`, ...: the logger's name. */
  readonly name: string
  /** A module that provides {@link PARTS}; it may inject {@link LOG}, {@link METRICS} and {@link OBSERVABILITY}. */
  readonly module: Type<unknown>
  /** Port of `/livez`, `/healthz`, `/readyz` and `/metrics`; 8086 or the variable PROBE_PORT. `none`: no such listener (a sidecar shares its ports with user code). */
  readonly probePort?: number | 'none'
  /** Milliseconds that draining and stopping may take together before the process ends anyway; 590,000 (below the pod's grace period). */
  readonly stopWithinMs?: number
  /** Something that lives outside the module and must be probed and stopped with it (queue-proxy's listener, open before Nest loads). */
  readonly parts?: readonly Part[]
  readonly log?: Log
  /** `roleTelemetry(name)` of `@knative-ts/host/telemetry`: metrics when they are asked for, and what the configuration says. Absent: `/metrics` says so. */
  readonly telemetry?: RoleTelemetry
}

/** A role that runs. `stopped` resolves when everything is released. */
export interface Role {
  readonly log: Log
  /** Undefined with probe port `none`. */
  readonly probes: Server | undefined
  stop(reason: string): Promise<void>
}

/** Composes, starts and supervises a role in this process. SIGTERM and SIGINT stop it in good order; a second one ends it at once. */
export async function startRole(options: RoleOptions): Promise<Role> {
  const log = options.log ?? createLogger(options.name)
  crashLoudly(log)
  let stopping: Promise<void> | undefined
  let parts: readonly Part[] = [{ name: options.name, unready: () => 'starting' }]
  const metrics = options.telemetry?.metrics ?? noMetrics
  const observability = new Observability()
  const unfollow = options.telemetry?.follow(observability, log)
  const probes = await serveProbes(options.probePort ?? Number(process.env['PROBE_PORT'] ?? 8086), {
    parts: () => parts,
    draining: () => stopping !== undefined,
    metrics: async () => (await metrics.load()).expose()
  })
  const context = await NestFactory.createApplicationContext(rootModule(options.module, log, metrics, observability), {
    logger: nestLogOf(log),
    abortOnError: false
  })
  const own = [...(options.parts ?? []), ...context.get<readonly Part[]>(PARTS, { strict: false })]
  const stop = (reason: string): Promise<void> =>
    (stopping ??= stopParts(own, log, reason).then(async () => {
      await unfollow?.()
      await context.close()
      probes?.close()
    }))
  onSignals(log, options.stopWithinMs ?? 590_000, stop)
  for (const part of own) await startPart(part, log)
  parts = own
  log.info({ parts: own.map((part) => part.name) }, `${options.name} started`)
  return { log, probes, stop }
}

function rootModule(module: Type<unknown>, log: Log, metrics: LazyMetrics, observability: Observability): DynamicModule {
  class RoleModule {}
  Module({})(RoleModule)
  class FactsModule {}
  Module({})(FactsModule)
  const facts: DynamicModule = {
    module: FactsModule,
    global: true,
    providers: [
      { provide: LOG, useValue: log },
      { provide: METRICS, useValue: metrics },
      { provide: OBSERVABILITY, useValue: observability }
    ],
    exports: [LOG, METRICS, OBSERVABILITY]
  }
  return { module: RoleModule, imports: [facts, module] }
}

async function startPart(part: Part, log: Log): Promise<void> {
  try {
    await part.start?.()
  } catch (error) {
    log.fatal({ error, part: part.name }, `${part.name} cannot start: ${messageOf(error)}`)
    process.exit(1)
  }
}

async function stopParts(parts: readonly Part[], log: Log, reason: string): Promise<void> {
  log.info({ reason }, 'draining')
  await Promise.all(parts.map((part) => guarded(part, log, 'drain')))
  for (const part of parts.toReversed()) await guarded(part, log, 'stop')
  log.info('stopped')
}

/** One part that fails to stop must not keep the others from stopping. */
async function guarded(part: Part, log: Log, step: 'drain' | 'stop'): Promise<void> {
  try {
    await part[step]?.()
  } catch (error) {
    log.error({ error, part: part.name }, `${part.name} failed to ${step}: ${messageOf(error)}`)
  }
}

function onSignals(log: Log, withinMs: number, stop: (reason: string) => Promise<void>): void {
  let seen = false
  const handle = (signal: NodeJS.Signals): void => {
    if (seen) process.exit(1)
    seen = true
    setTimeout(() => {
      log.error({ withinMs }, 'not stopped in time, ending')
      process.exit(1)
    }, withinMs).unref()
    void stop(signal).then(() => process.exit(0))
  }
  process.on('SIGTERM', handle)
  process.on('SIGINT', handle)
}

function crashLoudly(log: Log): void {
  const die = (error: unknown): never => {
    log.fatal({ error }, `ending on an unexpected error: ${messageOf(error)}`)
    process.exit(1)
  }
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const noMetrics: LazyMetrics = {
  load: () => Promise.reject(new Error('this role has no metrics of its own')),
  onLoad: () => undefined
}
