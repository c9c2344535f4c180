/**
 * The embedded API server under eight clients: durable creates over HTTPS, watches, lists, and its memory. This program is three: what loads and measures,
 * the server, and the watchers. Each loads only its own part.
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
  const { measure } = await import('../rig/api-server/measure.ts')
  await measure()
  process.exit()
}
