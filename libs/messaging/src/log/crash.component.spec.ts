/** The log on a disk that forgets what was not synced, stopped at any of its calls: what was published is there, once, in order. */
import { expect, it } from '@jest/globals'
import { seededRandom } from '@knative-ts/testing'
import { Ledger } from '../testing/ledger.ts'
import { MemoryFiles } from '../testing/memory-files.ts'
import { turningClock } from '../testing/turning-clock.ts'
import { work } from '../testing/workload.ts'
import { openLog } from './open-log.ts'

const directory = '/log'
const lives = 3

interface Outcome {
  readonly faults: string[]
  readonly durable: number
}

/** Three lives of a log, each ended at a random call by a power cut or by the death of the process, and what is wrong afterwards. */
async function existence(seed: number, lies = false): Promise<Outcome> {
  const random = seededRandom(seed)
  const ledger = new Ledger()
  const faults: string[] = []
  // Few topics are synced one by one, many by the journal.
  const topics = [1, 2, 7][seed % 3] as number
  let files = new MemoryFiles(random)
  for (let life = 0; life < lives; life++) {
    files.lies = lies
    const clock = turningClock()
    let stopped = false
    const crash = files.fail({ call: 1 + Math.floor(random() ** 2 * 500), error: 'crash' }).then(() => (stopped = true))
    const lived = open(files, clock, faults).then(async (store) => {
      faults.push(...(await ledger.audit(store)))
      await work({ store, ledger, random, topics, faults, stopped: () => stopped })
    })
    await Promise.race([crash, lived])
    clock.stop()
    files = files.afterCrash(random() < 0.3)
  }
  const clock = turningClock()
  const store = await open(files, clock, faults)
  faults.push(...(await ledger.audit(store)))
  await store.close()
  clock.stop()
  return { faults, durable: ledger.durable }
}

function open(files: MemoryFiles, clock: ReturnType<typeof turningClock>, faults: string[]) {
  return openLog({ directory, files, clock, segmentBytes: 8 << 10, journalBytes: 20 << 10, onWarning: (message) => faults.push(message) })
}

it('loses nothing, repeats nothing and keeps order over 1000 seeds of three kills each', async () => {
  let durable = 0
  for (let seed = 1; seed <= Number(process.env.CRASH_SEEDS ?? 1000); seed++) {
    const outcome = await existence(seed)
    expect({ seed, faults: outcome.faults }).toEqual({ seed, faults: [] })
    durable += outcome.durable
  }
  expect(durable).toBeGreaterThan(50 * 1000)
}, 900_000)

it('would notice a disk that does not sync', async () => {
  let noticed = 0
  for (let seed = 1; seed <= 20; seed++) {
    const { faults } = await existence(seed, true).catch((error: unknown) => ({ faults: [String(error)] }))
    if (faults.length > 0) noticed++
  }
  expect(noticed).toBeGreaterThan(10)
})
