/** The log on a disk of which single calls fail: what was refused was not taken, what was taken stays, and it goes on. */
import { expect, it } from '@jest/globals'
import { eventually, seededRandom } from '@knative-ts/testing'
import { Ledger } from '../testing/ledger.ts'
import { MemoryFiles } from '../testing/memory-files.ts'
import { turningClock } from '../testing/turning-clock.ts'
import { work } from '../testing/workload.ts'
import { openLog } from './open-log.ts'

const directory = '/log'

it.each(['ENOSPC', 'EIO'] as const)(
  'takes all or nothing when calls fail with %s, over 100 seeds',
  async (error) => {
    let refused = 0
    for (let seed = 1; seed <= 100; seed++) {
      const random = seededRandom(seed)
      const files = new MemoryFiles(random)
      const ledger = new Ledger()
      const faults: string[] = []
      const warnings: string[] = []
      const clock = turningClock()
      const options = {
        directory,
        files,
        clock,
        segmentBytes: 8 << 10,
        journalBytes: 20 << 10,
        onWarning: (message: string) => warnings.push(message)
      }
      const store = await openLog(options)
      for (let at = 10; at < 1000; at += 60) void files.fail({ call: at + Math.floor(random() * 60), error })
      let troubled = 0
      const stopped = () => {
        if (store.trouble() !== undefined) troubled++
        return files.calls > 1000
      }
      const working = work({ store, ledger, random, topics: [1, 2, 7][seed % 3] as number, faults, stopped })
      await eventually(() => files.calls > 1000)
      await store.close()
      await working
      refused += troubled
      const again = await openLog({ ...options, files: files.afterCrash(true) })
      const broken = await ledger.audit(again)
      expect({ seed, faults: [...faults, ...broken] }).toEqual({ seed, faults: [] })
      expect({ seed, lost: warnings.filter((message) => message.includes('lost')) }).toEqual({ seed, lost: [] })
      await again.close()
      clock.stop()
    }
    expect(refused).toBeGreaterThan(100)
  },
  900_000
)
