/**
 * queue-proxy against a Go sidecar: requests per second of the proxy's CPU time, ours divided by the anchor's, HTTP/2 with prior knowledge on both
 * sides. `npm run bench -- proxy-h2 [PAIRS] [--seconds=N] [--only=FIGURE,FIGURE]`
 */
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { type Case, compare } from './rig/compare.ts'
import { startContenders } from './rig/contenders.ts'
import { benchOptions } from './rig/options.ts'

const options = benchOptions({ pairs: 5, seconds: 2 })

async function measure(upstream: 'http' | 'grpc', cases: readonly Case[]): Promise<number> {
  const contenders = await startContenders({ upstream, main: options.main })
  try {
    return await compare('proxy-h2', contenders, options, cases)
  } finally {
    await contenders.stop()
  }
}

try {
  const plain = await measure('http', [
    { figure: 'h2c_single_x', goal: 2.5, load: { protocol: 'h2c', connections: 50, streams: 1, wantLength: 0 } },
    { figure: 'h2c_32_x', goal: 4, load: { protocol: 'h2c', connections: 10, streams: 32, wantLength: 0 } }
  ])
  const message = 100
  // gRPC puts five bytes before each message, and the backend counts them.
  const grpc = await measure('grpc', [
    {
      figure: 'grpc_unary_x',
      goal: 2,
      load: { protocol: 'grpc', connections: 10, streams: 10, path: '/bench.Echo/Unary', body: message, wantText: String(message + 5) }
    }
  ])
  figure('proxy-h2', 'rss_loaded_mib', Math.max(plain, grpc), 'MiB', { goal: 100, ...machine() })
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
process.exit()
