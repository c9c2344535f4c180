import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ContainerLog } from './container-log.ts'
import { followBytes } from './follow-bytes.ts'
import { type LogOptions, readLog } from './read-log.ts'

describe('the log of a container', () => {
  let directory: string
  let log: ContainerLog

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'log-'))
    log = new ContainerLog(join(directory, 'a/0.log'), 1_000)
  })
  afterEach(() => {
    log.end()
    rmSync(directory, { recursive: true })
  })

  const read = async (options: LogOptions = {}): Promise<string> => {
    const chunks: Uint8Array[] = []
    for await (const chunk of readLog(log, options)) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }
  const write = (text: string): number => writeSync(log.descriptor, text)
  const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join('')

  it('is cut when it is long, keeps the part before, and never more', async () => {
    for (let from = 0; from < 600; from += 60) {
      const { generation } = log
      write(lines(from, from + 60))
      if (log.size > 1_000) await eventually(() => log.generation > generation)
    }
    expect(readdirSync(join(directory, 'a')).toSorted()).toEqual(['0.log', '0.log.1'])
    const text = await read()
    expect(text.endsWith('line 599\n')).toBe(true)
    expect(text.length).toBeLessThan(3_000)
    const numbers = text
      .trim()
      .split('\n')
      .map((line) => Number(line.slice(5)))
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 600 - numbers.length + index))
  })

  it('is followed across cuts without a gap', async () => {
    let seen = ''
    const following = (async () => {
      for await (const chunk of readLog(log, { follow: true })) seen += Buffer.from(chunk).toString()
    })()
    for (let from = 0; from < 500; from += 50) {
      write(lines(from, from + 50))
      await eventually(() => seen.endsWith(`line ${from + 49}\n`))
    }
    expect(log.generation).toBeGreaterThan(1)
    log.end()
    await following
    expect(seen).toBe(lines(0, 500))
  })

  it('knows the time of lines in both parts', async () => {
    const began = Date.now()
    write(lines(0, 150))
    await eventually(() => log.generation === 1)
    await eventually(() => Date.now() > began + 20)
    const between = Date.now()
    await eventually(() => Date.now() > between + 5)
    write('the last\n')
    await eventually(async () => (await read({ tailLines: 1 })) === 'the last\n')
    await eventually(async () => (await read({ sinceTime: new Date(between).toISOString() })) === 'the last\n')
    const stamped = (await read({ timestamps: true }))
      .trim()
      .split('\n')
      .map((line) => Date.parse(line.split(' ', 1)[0] as string))
    expect(stamped[0]).toBeGreaterThanOrEqual(began)
    expect(stamped[0]).toBeLessThanOrEqual(between)
    expect(stamped.at(-1)).toBeGreaterThan(between)
    expect(await read({ limitBytes: 9, tailLines: 2 })).toBe('line 149\n')
  })

  it('is followed byte by byte, for who is attached', async () => {
    const stop = new AbortController()
    write('before\n')
    let seen = ''
    const following = (async () => {
      for await (const bytes of followBytes(log, stop.signal)) seen += Buffer.from(bytes).toString()
    })()
    write('prompt> ')
    await eventually(() => seen === 'prompt> ')
    stop.abort()
    await following
    expect(seen).toBe('prompt> ')
  })

  it('goes from the disk when nobody can ask for it any more', () => {
    write('something\n')
    log.end()
    log.remove()
    expect(existsSync(log.file)).toBe(false)
  })
})
