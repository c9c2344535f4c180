import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { giveToGroup } from './fs-group.ts'

/** A group that this process may give files to: any, for root; else its own. */
const gid = process.getuid?.() === 0 ? 4711 : (process.getgid?.() ?? 0)

describe('fsGroup', () => {
  let volume: string
  const modeOf = (path: string): string => (lstatSync(join(volume, path)).mode & 0o7777).toString(8)

  beforeEach(() => {
    volume = mkdtempSync(join(tmpdir(), 'fs-group-'))
    mkdirSync(join(volume, 'd'))
    chmodSync(join(volume, 'd'), 0o700)
    writeFileSync(join(volume, 'd/file'), '')
    chmodSync(join(volume, 'd/file'), 0o600)
    symlinkSync('/etc/passwd', join(volume, 'link'))
  })
  afterEach(() => rmSync(volume, { recursive: true }))

  it('gives everything to the group, to read and write, and what comes later too', () => {
    const outside = lstatSync('/etc/passwd')
    giveToGroup(volume, gid, 'Always')
    expect([modeOf('.'), modeOf('d'), modeOf('d/file')]).toEqual(['2770', '2770', '660'])
    for (const path of ['.', 'd', 'd/file', 'link']) expect(lstatSync(join(volume, path)).gid).toBe(gid)
    expect(lstatSync('/etc/passwd')).toMatchObject({ gid: outside.gid, mode: outside.mode })
  })

  it('looks no further than the root with OnRootMismatch', () => {
    giveToGroup(volume, gid, 'OnRootMismatch')
    expect(modeOf('d/file')).toBe('660')
    chmodSync(join(volume, 'd/file'), 0o600)
    giveToGroup(volume, gid, 'OnRootMismatch')
    expect(modeOf('d/file')).toBe('600')
    giveToGroup(volume, gid, 'Always')
    expect(modeOf('d/file')).toBe('660')
  })
})
