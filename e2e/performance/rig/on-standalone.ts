import type { KubeClient } from '@knative-ts/kube'
import { gatewayClient, type GatewayClient } from '../../rig/service-request.ts'
import { startStandalone, type StandaloneProcess, type StandaloneRun } from '../../rig/standalone-process.ts'

/** What a benchmark of a whole standalone works with. */
export interface BenchStandalone {
  readonly standalone: StandaloneProcess
  /** The administrator's. */
  readonly client: KubeClient
  /** Keeps at most `sockets` connections to the gateway. */
  readonly http: GatewayClient
}

export interface BenchRun extends StandaloneRun {
  readonly sockets?: number
}

/** Where the standalone leaves a CPU profile of itself at its end, for whoever looks for what costs; unset: nowhere. */
const profiles = process.env.BENCH_CPU_PROFILES

/** Lines of the standalone's own that are told with a failure. */
const lastLines = 20

/**
 * Measures on a standalone of its own, which ends in any case. Of a failure it tells the error and the standalone's last words, makes the benchmark's
 * exit code 1, and resolves with undefined.
 */
export async function onStandalone<T>(measure: (bench: BenchStandalone) => Promise<T>, run: BenchRun = {}): Promise<T | undefined> {
  const { sockets, env, ...standaloneRun } = run
  const nodeOptions = profiles === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` }
  const standalone = await startStandalone({ ...standaloneRun, env: { ...nodeOptions, ...env } })
  const http = gatewayClient(standalone.gatewayPort, sockets)
  try {
    return await measure({ standalone, client: standalone.client, http })
  } catch (error) {
    console.error(error, standalone.output().split('\n').slice(-lastLines).join('\n'))
    process.exitCode = 1
    return undefined
  } finally {
    http.close()
    await standalone.stop()
  }
}
