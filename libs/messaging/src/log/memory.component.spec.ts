/**
 * What a backlog costs in memory: a process of its own, since a test runner has much of its own. Its peak is VmHWM: what getrusage says (maxRSS) is never less than
 * what the process had resident that began this one, even across exec.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from '@jest/globals'

const program = `
  import { readFileSync } from 'node:fs'
  import { openLog } from ${JSON.stringify(new URL('./open-log.ts', import.meta.url).href)}
  const [directory, count, size] = process.argv.slice(1)
  const store = await openLog({ directory, onWarning: (message) => { throw new Error(message) } })
  const topic = await store.openTopic('t')
  const body = Buffer.alloc(Number(size), 'x')
  for (let left = Number(count); left > 0; left -= 500) await topic.publish(Array.from({ length: 500 }, () => ({ body })))
  const consumer = await topic.consume('c', { maxInFlight: 20_000 })
  // Ten thousand that nobody wants to have for an hour, and the rest behind them.
  for (let waiting = 0; waiting < 10_000;) for (const delivery of await consumer.pull(500)) { delivery.retry(3_600_000); waiting++ }
  let got = 10_000
  while (got < Number(count)) for (const delivery of await consumer.pull(500)) { delivery.ack(); got++ }
  const { lag, inFlight } = topic.stats().consumers.get('c')
  await store.close()
  const [, kib] = /^VmHWM:\\s+(\\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))
  console.log(JSON.stringify({ lag, inFlight, peak: Math.round(kib / 1024) }))
`

/** Less than the test's: whoever hangs is ended, and that is said. */
const patienceMs = 280_000

it('drains 200,000 events past 10,000 that wait, in 192 MiB', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'log-memory-'))
  try {
    const run = ['--input-type=module', '-e', program, directory, process.env.BACKLOG_EVENTS ?? '200000', '1024']
    const { stdout } = await promisify(execFile)(process.execPath, run, { timeout: patienceMs, killSignal: 'SIGKILL' })
    const { lag, inFlight, peak } = JSON.parse(stdout) as Record<string, number>
    expect({ lag, inFlight }).toEqual({ lag: 10_000, inFlight: 10_000 })
    expect(peak).toBeLessThan(192)
    // Not even Node itself would be in less.
    expect(peak).toBeGreaterThan(30)
  } finally {
    await rm(directory, { recursive: true })
  }
}, 300_000)
