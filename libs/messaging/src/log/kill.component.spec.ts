/** A real process on a real disk, killed without warning while it publishes and consumes. A sync may take seconds while others write to that disk. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from '@jest/globals'
import { drain } from '../contract/messages.ts'
import { openLog } from './open-log.ts'

// What it says is with the kernel before it goes on (process.stdout keeps in memory what a slow reader has no room for): a kill must not take away the word of what was acknowledged.
const writer = `
  import { writeSync } from 'node:fs'
  import { openLog } from ${JSON.stringify(new URL('./open-log.ts', import.meta.url).href)}
  const [directory, round] = process.argv.slice(1)
  const store = await openLog({ directory, onWarning: (message) => { throw new Error(message) }, segmentBytes: 1 << 20 })
  const say = (line) => writeSync(1, line + '\\n')
  const topics = await Promise.all(Array.from({ length: 6 }, (_, index) => store.openTopic('t' + index)))
  const publish = async (topic, worker) => {
    for (let count = 0; ; count++) {
      const text = [round, worker, count].join('-')
      await topic.publish([{ body: Buffer.from(text.padEnd(500)) }])
      say('published ' + topic.name + ' ' + text)
    }
  }
  const consume = async (topic) => {
    const consumer = await topic.consume('dispatch')
    for (;;) for (const delivery of await consumer.pull(100)) {
      say('got ' + topic.name + ' ' + delivery.body.toString().trim())
      if (Math.random() < 0.9) delivery.ack()
      else delivery.retry(50)
    }
  }
  for (const topic of topics) {
    for (let worker = 0; worker < 4; worker++) void publish(topic, worker)
    void consume(topic)
  }
`

it('loses nothing over five kills with -9, and nobody else gets in meanwhile', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kill-'))
  const published = new Set<string>()
  const got = new Set<string>()
  const refusals: unknown[] = []
  try {
    for (let round = 0; round < 5; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', writer, directory, String(round)], {
        stdio: ['ignore', 'pipe', 'inherit']
      })
      const exited = once(child, 'exit')
      let lines = 0
      // Whatever fails here: nobody goes on writing to a directory that is removed.
      using _ = { [Symbol.dispose]: () => void child.kill('SIGKILL') }
      for await (const line of createInterface(child.stdout)) {
        const [what, topic, text] = line.split(' ')
        // A line that the kill has cut is of a message that may be either.
        if (text === undefined || !/^\d-\d-\d+$/.test(text)) continue
        if (what === 'published') published.add(`${topic} ${text}`)
        else got.add(`${topic} ${text}`)
        if (++lines !== 1500 + round * 555) continue
        refusals.push(await openLog({ directory, onWarning: () => undefined }).catch((error: unknown) => error))
        child.kill('SIGKILL')
      }
      await exited
      expect(lines).toBeGreaterThanOrEqual(1500)
    }
    const warnings: string[] = []
    const store = await openLog({ directory, onWarning: (message) => warnings.push(message) })
    for (const name of await store.topics()) {
      const topic = await store.openTopic(name)
      const consumer = await topic.consume('dispatch')
      for (const text of await drain(consumer, topic.stats().consumers.get('dispatch')?.lag ?? 0)) got.add(`${name} ${text.trim()}`)
    }
    await store.close()
    expect([...published].filter((text) => !got.has(text))).toEqual([])
    expect(published.size).toBeGreaterThan(2500)
    expect(refusals).toEqual(
      Array.from({ length: 5 }, () => expect.objectContaining({ code: 'busy', message: expect.stringMatching(/process \d+/) }))
    )
    expect(warnings).toEqual([])
  } finally {
    await rm(directory, { recursive: true })
  }
}, 900_000)
