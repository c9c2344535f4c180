/**
 * No loss: 500 requests a second on a real standalone, with a rollout or a scale-down every ten seconds, and no client that retries.
 * `npm run bench -- churn [MINUTES]`
 */
import { figure } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { churn } from './rig/churn.ts'
import { benchOptions } from './rig/options.ts'

const { pairs: minutes } = benchOptions({ pairs: 10, seconds: 1 })
try {
  const { turn, rollouts, scaleDowns } = await churn(minutes * 60)
  const { requests, errors, faults, faultsAt, p50Ms, p99Ms, worstMs } = turn
  figure('churn', 'requests', requests, 'requests', {
    minutes,
    rollouts,
    scale_downs: scaleDowns,
    p50_ms: p50Ms,
    p99_ms: p99Ms,
    worst_ms: worstMs
  })
  figure('churn', 'failed', errors, 'requests', { goal: 0, ...machine() })
  if (errors > 0) {
    console.error(`failed: ${JSON.stringify(faults)}, the first at ${faultsAt.join(', ')} s`)
    process.exitCode = 1
  }
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
process.exit()
