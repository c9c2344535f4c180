/** queue-proxy: the data listener opens from parsed variables alone; Nest is composed beside it, once there is time. */
import { readEnvironment } from './environment.ts'
import { sidecarOf, type Sidecar } from './sidecar.ts'
import { telemetryOf } from './telemetry.ts'

const environment = readEnvironment(process.env)
if ('problems' in environment) fail(environment.problems)
const telemetry = await telemetryOf(environment, process.env)

// A SIGTERM before the role is supervised must not kill requests: it is remembered, and the drain begins at once.
let terminated = false
process.once('SIGTERM', () => {
  terminated = true
  void sidecar.drain()
})

const sidecar = open()
await sidecar.listen().catch((error: Error) => fail([error.message]))
// Loading Nest keeps the thread busy for about 100 ms: not while the request that started this pod waits for its answer.
await sidecar.lull()
const { compose } = await import('./compose.ts')
await compose(environment, sidecar, telemetry, () => terminated)

function open(): Sidecar {
  try {
    return sidecarOf(environment as Exclude<typeof environment, { problems: unknown }>, telemetry)
  } catch (error) {
    return fail([(error as Error).message])
  }
}

function fail(problems: readonly string[]): never {
  process.stderr.write(`queue-proxy cannot start:\n${problems.map((problem) => `  ${problem}\n`).join('')}`)
  process.exit(1)
}
