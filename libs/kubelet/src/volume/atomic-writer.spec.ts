import { afterAll, describe, expect, it } from '@jest/globals'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Payload, writePayload } from './atomic-writer.ts'
import { cachingIssuer } from './token-cache.ts'

const payload = (files: Record<string, string>, mode = 0o644): Payload =>
  new Map(Object.entries(files).map(([path, text]) => [path, { content: Buffer.from(text), mode }]))

describe('writePayload', () => {
  const directory = mkdtempSync(join(tmpdir(), 'payload-'))
  afterAll(() => rmSync(directory, { recursive: true }))

  it('replaces everything at once, and only when something has changed', () => {
    expect(writePayload(directory, payload({ a: '1', 'sub/b': '2' }, 0o400))).toBe(true)
    const first = readlinkSync(join(directory, '..data'))
    expect(readFileSync(join(directory, 'sub/b'), 'utf8')).toBe('2')
    expect(statSync(join(directory, 'a')).mode & 0o777).toBe(0o400)
    expect(writePayload(directory, payload({ a: '1', 'sub/b': '2' }, 0o400))).toBe(false)
    expect(readlinkSync(join(directory, '..data'))).toBe(first)
    expect(writePayload(directory, payload({ a: '3', c: '4' }))).toBe(true)
    expect(
      readdirSync(directory)
        .filter((name) => !name.startsWith('..'))
        .toSorted()
    ).toEqual(['a', 'c'])
    expect(readdirSync(directory).filter((name) => name.startsWith('..')).length).toBe(2)
    expect(readFileSync(join(directory, 'a'), 'utf8')).toBe('3')
  })
})

describe('cachingIssuer', () => {
  it('keeps a token for 80 % of its life, and none that failed', async () => {
    let now = 0
    let issued = 0
    const issuer = cachingIssuer(
      () => (++issued === 1 ? Promise.reject(new Error('no')) : Promise.resolve(`token ${issued}`)),
      () => now
    )
    const pod = { namespace: 'n', name: 'p', uid: 'u' }
    const ask = () => issuer.issue(pod, 'robot', undefined, 100)
    await expect(ask()).rejects.toThrow('no')
    expect([await ask(), await ask()]).toEqual(['token 2', 'token 2'])
    now = 80_001
    expect(await ask()).toBe('token 3')
    expect(await issuer.issue({ ...pod, uid: 'v' }, 'robot', undefined, 100)).toBe('token 4')
    issuer.forget('u')
    expect(await ask()).toBe('token 5')
  })
})
