/** How long `npm start` takes to a gateway that answers, what it weighs idle, and how fast the API server is back with 10,000 objects. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { configMaps, type ConfigMap } from '@knative-ts/api/kubernetes'
import { figure, percentile } from '../rig/figure.ts'
import { descendants, pssMiB } from '../rig/processes.ts'
import { root, startStandalone, temporaryDirectory } from '../rig/standalone-process.ts'

const runs = Number(process.argv[2] ?? 5)
const objects = 10_000

/** From the spawn of npm to the line that says ready. */
async function npmStart(data: string): Promise<number> {
  const began = performance.now()
  const npm = spawn('npm', ['start', '--silent', '--', '--json', '--data', data, '--gateway-port', '0', '--api-port', '0'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true
  })
  const exited = new Promise((resolve) => npm.once('exit', resolve))
  let ms = 0
  for await (const line of createInterface({ input: npm.stdout })) {
    if (ms === 0 && line.includes('"event":"ready"')) {
      ms = performance.now() - began
      process.kill(-(npm.pid ?? 0), 'SIGINT')
    }
  }
  await exited
  if (ms === 0) throw new Error('npm start ended before it was ready')
  return ms
}

const starts: number[] = []
for (let run = 0; run < runs; run++) {
  const directory = await temporaryDirectory()
  starts.push(await npmStart(directory.path))
  await directory.discard()
}
figure('start', 'ready_ms', percentile(starts, 0.5), 'ms', { runs, worst: Math.round(Math.max(...starts)), goal: 3000 })

const directory = await temporaryDirectory()
const first = await startStandalone({ data: directory.path })
// Idle: start-up garbage is gone, and nothing has been deployed.
await new Promise((resolve) => setTimeout(resolve, 10_000))
const processes = descendants(first.process.pid ?? 0)
figure('start', 'pss_mib', pssMiB(processes), 'MiB', { processes: processes.length, goal: 600 })

const payload = 'x'.repeat(700)
let next = 0
await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (let index = next++; index < objects; index = next++) {
      const name = `filler-${index}`
      const object: ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { payload } }
      await first.client.create(configMaps, object)
    }
  })
)
await first.stop()

const restarts: number[] = []
for (let run = 0; run < runs; run++) {
  const began = performance.now()
  const standalone = await startStandalone({ data: directory.path })
  const said = standalone
    .output()
    .split('\n')
    .find((line) => line.includes('"event":"api-server"'))
  const at = Date.parse((JSON.parse(said ?? '{}') as { time?: string }).time ?? '')
  restarts.push(at - (performance.timeOrigin + began))
  await standalone.stop()
}
figure('start', 'restart_10000_ms', percentile(restarts, 0.5), 'ms', { runs, worst: Math.round(Math.max(...restarts)), goal: 1000 })
await directory.discard()
process.exit(0)
