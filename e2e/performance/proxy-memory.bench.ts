/**
 * What the proxy's core weighs (RSS), without Nest: idle, after load, with idle connections, and while a slow reader takes a large response.
 * `npm run bench -- proxy-memory [RUNS]`
 */
import { benchOptions } from './rig/options.ts'

const part = process.argv[2]
if (part === '--part=core') {
  const { serveCore } = await import('./rig/core-proxy.ts')
  await serveCore(process.argv[3] ?? '')
} else {
  const { measureMemory } = await import('./rig/memory.ts')
  await measureMemory(benchOptions({ pairs: 3, seconds: 2 }))
  process.exit()
}
