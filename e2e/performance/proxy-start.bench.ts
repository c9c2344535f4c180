/**
 * How soon a queue-proxy answers after its exec, when all of it runs, and what it weighs then. On one core that nothing else is pinned to.
 * `npm run bench -- proxy-start [RUNS] [--main=FILE]`
 */
import { freePorts } from '@knative-ts/kubelet/free-port'
import { figure, percentile } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { buildAnchors } from './rig/anchors.ts'
import { benchOptions } from './rig/options.ts'
import { cores, served } from './rig/pinned.ts'
import { queueProxyCommand } from './rig/queue-proxy-role.ts'
import { measureStart, type Start } from './rig/start.ts'

const { pairs: runs, main } = benchOptions({ pairs: 15, seconds: 1 })
const program = await buildAnchors()
const backend = await served(cores.others, program('backend'), [])
try {
  const starts: Start[] = []
  for (let run = 0; run <= runs; run++) {
    const [port, ...others] = (await freePorts(4)) as [number, number, number, number]
    const ports = { port, admin: others[0], stats: others[1], metrics: others[2] }
    const userPort = Number(backend.addresses.http?.split(':')[1])
    const start = await measureStart(program('start'), `127.0.0.1:${port}`, queueProxyCommand({ userPort, concurrency: 0, main }, ports))
    // The first one reads the files.
    if (run > 0) starts.push(start)
  }
  const say = (name: string, values: number[], unit: string, goal: number): void =>
    figure('proxy-start', name, percentile(values, 0.5), unit, { goal, runs, worst: Math.round(Math.max(...values)), ...machine() })
  say(
    'first_response_ms',
    starts.map((start) => start.firstResponseMs),
    'ms',
    60
  )
  say(
    'context_ms',
    starts.map((start) => start.lineMs),
    'ms',
    140
  )
  say(
    'rss_mib',
    starts.map((start) => start.rssMib),
    'MiB',
    80
  )
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await backend.stop()
}
process.exit()
