/**
 * The embedded API server against a real one with its etcd, both durable, by the same clients in one run.
 * `--only=NAME,NAME`: these figures alone (a list needs what is created before it).
 */
import type { WatchOrder } from '../rig/api-server/watchers-process.ts'

const part = process.argv[2]
if (part === '--part=server') {
  const { serve } = await import('../rig/api-server/server-process.ts')
  await serve(process.argv[3] ?? '')
} else if (part === '--part=watchers') {
  const { obey } = await import('../rig/api-server/watchers-process.ts')
  process.once('message', (order: WatchOrder) => void obey(order).then(() => process.disconnect()))
} else {
  const { realCluster } = await import('../rig/api-server/real-cluster.ts')
  const cluster = realCluster(process.argv.slice(2), process.env)
  if (typeof cluster === 'string') {
    console.error(cluster)
    process.exit(2)
  }
  const { compare } = await import('../rig/api-server/compare.ts')
  const only = process.argv.flatMap((one) => (one.startsWith('--only=') ? one.slice('--only='.length).split(',') : []))
  await compare(cluster, only)
  process.exit()
}
