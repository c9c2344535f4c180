/** The smallest role, for the component test: two parts that say what happens to them. */
import { Module } from '@nestjs/common'
import { PARTS, startRole, type Part } from './index.ts'

const readyAt = Date.now() + Number(process.env['FIXTURE_READY_AFTER_MS'] ?? 0)
const part = (name: string): Part => ({
  name,
  start: async () => {
    const failure = process.env['FIXTURE_FAIL']
    if (failure !== undefined && name === 'second') throw new Error(failure)
  },
  unready: () => (Date.now() < readyAt ? 'warming up' : undefined),
  drain: async () => process.stdout.write(`drain ${name}\n`) as unknown as void,
  stop: async () => process.stdout.write(`stop ${name}\n`) as unknown as void
})

class FixtureModule {}
Module({ providers: [{ provide: PARTS, useFactory: () => [part('first'), part('second')] }] })(FixtureModule)

await startRole({ name: 'fixture', module: FixtureModule })
