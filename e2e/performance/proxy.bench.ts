/**
 * queue-proxy against a Go sidecar: requests per second of the proxy's CPU time, ours divided by the anchor's, HTTP/1.1.
 * `npm run bench -- proxy [PAIRS] [--seconds=N] [--only=FIGURE,FIGURE]`
 */
import { compare } from './rig/compare.ts'
import { startContenders } from './rig/contenders.ts'
import { benchOptions } from './rig/options.ts'

const kib = 1024
const mib = 1024 * kib
const post = (body: number): { method: string; body: number; wantText: string } => ({ method: 'POST', body, wantText: String(body) })

const options = benchOptions({ pairs: 5, seconds: 2 })
const contenders = await startContenders(options)
try {
  await compare('proxy', contenders, options, [
    { figure: 'get_c50_x', goal: 2.5, load: { connections: 50, wantLength: 0 }, bare: 'anchor_of_bare' },
    { figure: 'get_c500_x', goal: 2.5, load: { connections: 500, wantLength: 0 } },
    { figure: 'post_1k_x', goal: 3, load: { connections: 50, ...post(kib) } },
    { figure: 'get_64k_x', goal: 2, load: { connections: 50, path: '/64k', wantLength: 64 * kib } },
    { figure: 'post_64k_x', goal: 2, load: { connections: 50, ...post(64 * kib) } },
    { figure: 'upload_1m_x', goal: 1.5, load: { connections: 50, ...post(mib) } }
  ])
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await contenders.stop()
}
process.exit()
