import { beforeEach, describe, expect, it } from '@jest/globals'
import { drain, publishTexts } from '../contract/messages.ts'
import { memoryFiles, type MemoryFiles } from '../testing/memory-files.ts'
import { openLog } from './open-log.ts'

const first = '/log/topics/1=t/00000000000000.log'
let files: MemoryFiles
let warnings: string[]
const open = () => openLog({ directory: '/log', files, segmentBytes: 1000, onWarning: (message) => warnings.push(message) })

/** Commits of one message of 200 bytes: a frame of 242, five of them a segment. */
async function commit(...numbers: readonly number[]): Promise<void> {
  const store = await open()
  const topic = await store.openTopic('t', { keep: {} })
  for (const number of numbers) await publishTexts(topic, String(number).padEnd(200))
  await store.close()
}

/** What a consumer gets until nothing more comes, by number. */
async function readAll(count: number): Promise<{ readonly numbers: number[]; readonly lost: number }> {
  const store = await open()
  const topic = await store.openTopic('t', { keep: {} })
  const texts = await drain(await topic.consume('all'), count)
  const { lost } = topic.stats()
  await store.close()
  return { numbers: texts.map(Number), lost }
}

beforeEach(() => {
  files = memoryFiles()
  warnings = []
})

describe('damage', () => {
  it('in the middle of a full segment loses that commit alone, and is told', async () => {
    await commit(0, 1, 2, 3, 4, 5, 6)
    files.file(first).damage(242 + 100, 4)
    expect(await readAll(6)).toEqual({ numbers: [0, 2, 3, 4, 5, 6], lost: 1 })
    expect(warnings).toEqual([`${first} is damaged: messages 1 to 1 of topic t are lost; check the disk`])
  })

  it('at the end of a full segment is told when the next one is read', async () => {
    await commit(0, 1, 2, 3, 4, 5, 6)
    files.file(first).damage(4 * 242 + 100, 4)
    expect(await readAll(6)).toEqual({ numbers: [0, 1, 2, 3, 5, 6], lost: 1 })
    expect(warnings).toEqual([`${first} is damaged: messages 4 to 4 of topic t are lost; check the disk`])
  })

  it('in the last segment, before a later commit, is told when the topic is opened', async () => {
    await commit(0, 1, 2)
    files.file(first).damage(242 + 4, 255)
    expect(await readAll(2)).toEqual({ numbers: [0, 2], lost: 2 })
    expect(warnings[0]).toBe('the last segment of topic t in /log/topics/1=t is damaged: 1 messages are lost; check the disk')
    await commit(3)
    expect(await readAll(1)).toMatchObject({ numbers: [3] })
  })

  it('of a length or a magic hides nothing behind it', async () => {
    for (const at of [0, 3, 5, 7, 16, 20]) {
      files = memoryFiles()
      await commit(0, 1, 2, 3, 4, 5, 6)
      files.file(first).damage(2 * 242 + at, 64)
      expect({ at, ...(await readAll(6)) }).toEqual({ at, numbers: [0, 1, 3, 4, 5, 6], lost: 1 })
    }
  })

  it('behind the last commit is what a crash leaves: it goes without a word, and what comes takes its place', async () => {
    await commit(0, 1)
    files.file(first).write(Buffer.alloc(300, 7), 2 * 242)
    await commit(2)
    expect(await readAll(3)).toEqual({ numbers: [0, 1, 2], lost: 0 })
    expect(files.file(first).size).toBe(3 * 242)
    expect(warnings).toEqual([])
  })

  it('that takes the end of a log does not make later messages pass for acknowledged', async () => {
    await commit(0, 1, 2)
    expect(await readAll(3)).toMatchObject({ numbers: [0, 1, 2] })
    files.file(first).truncate(242)
    await commit(3)
    expect(await readAll(1)).toMatchObject({ numbers: [3] })
  })

  it('of positions only means that messages come again', async () => {
    await commit(0, 1)
    await readAll(2)
    const positions = files.file('/log/positions')
    positions.damage(positions.size - 5, 1)
    expect(await readAll(2)).toMatchObject({ numbers: [0, 1] })
  })
})

it('a log of a newer version is refused', async () => {
  await commit(0)
  files.file('/log/version').write(Buffer.from('2\n'), 0)
  await expect(open()).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/newer version/) })
})

it('of two topics with one name the older one was being deleted', async () => {
  await commit(0)
  const store = await open()
  await publishTexts(await store.openTopic('u', { keep: {} }), '1'.padEnd(200))
  await store.close()
  await files.rename('/log/topics/2=u', '/log/topics/2=t')
  expect(await readAll(1)).toMatchObject({ numbers: [1] })
  expect(await files.names('/log/topics')).toEqual(['2=t'])
})
