/** The smallest role, for the component test: two parts that say what happens to them, and settings that come from the parent process. */
import { Module } from '@nestjs/common'
import type { TelemetrySettings } from '@knative-ts/telemetry/settings'
import { OBSERVABILITY, PARTS, startRole, type Observability, type Part } from './index.ts'
import { roleTelemetry } from './role-telemetry.ts'

let warm = process.env['FIXTURE_COLD'] === undefined
process.once('SIGHUP', () => (warm = true))
const part = (name: string): Part => ({
  name,
  start: async () => {
    const failure = process.env['FIXTURE_FAIL']
    if (failure !== undefined && name === 'second') throw new Error(failure)
  },
  unready: () => (warm ? undefined : 'warming up'),
  unhealthy: () => (name === 'first' ? process.env['FIXTURE_SICK'] : undefined),
  drain: async () => process.stdout.write(`drain ${name}\n`) as unknown as void,
  stop: async () => process.stdout.write(`stop ${name}\n`) as unknown as void
})

const parts = (observability: Observability): Part[] => {
  process.on('message', (settings) => observability.apply(settings as TelemetrySettings))
  return [part('first'), part('second')]
}

class FixtureModule {}
Module({ providers: [{ provide: PARTS, inject: [OBSERVABILITY], useFactory: parts }] })(FixtureModule)

const { log } = await startRole({ name: 'fixture', module: FixtureModule, telemetry: roleTelemetry('fixture') })
process.on('SIGUSR2', () => {
  const secret = 'top-secret'
  const request = { path: '/', headers: { authorization: secret, cookie: secret } }
  log.debug({ key: 'default/hello', authorization: secret, account: { token: secret }, request, pair: { privateKey: secret } }, 'a detail')
  log.error({ key: 'default/hello' }, 'an error')
})
