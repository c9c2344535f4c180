/**
 * What the proxy's core weighs (RSS), without Nest: idle, after load, with idle connections, and while a slow reader takes a large response.
 * `npm run bench -- proxy-memory [RUNS]`
 */
import type { BenchOptions } from './rig/options.ts'

const part = process.argv[2]
// Each part loads only what it needs.
if (part === '--part=core') {
  const { serveCore } = await import('./rig/core-proxy.ts')
  await serveCore(process.argv[3] ?? '')
} else {
  const defaults: Pick<BenchOptions, 'pairs' | 'seconds'> = { pairs: 3, seconds: 2 }
  const { benchOptions } = await import('./rig/options.ts')
  const { measureMemory } = await import('./rig/memory.ts')
  await measureMemory(benchOptions(defaults))
  process.exit()
}
