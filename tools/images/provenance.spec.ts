import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { provenanceOf } from './provenance.ts'

describe('the provenance of a build', () => {
  let directory: string
  const git = (...args: string[]): void => {
    const env = { ...process.env, GIT_COMMITTER_DATE: '1700000000 +0000', GIT_AUTHOR_DATE: '1600000000 +0000' }
    execFileSync('git', ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.com', '-C', directory, ...args], {
      env,
      stdio: 'ignore'
    })
  }
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'provenance-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('is the commit and its time, and whether files differ from it', async () => {
    git('init')
    writeFileSync(join(directory, 'file'), 'a')
    git('add', 'file')
    git('commit', '-m', 'first')
    const clean = await provenanceOf(directory, {})
    expect(clean).toEqual({ epoch: 1_700_000_000, revision: expect.stringMatching(/^[0-9a-f]{40}$/) })
    writeFileSync(join(directory, 'file'), 'b')
    expect(await provenanceOf(directory, { SOURCE_DATE_EPOCH: '5' })).toEqual({ epoch: 5, revision: `${clean.revision}-dirty` })
  })

  it('is the given time where there is no repository, and an error when there is neither', async () => {
    expect(await provenanceOf(directory, { SOURCE_DATE_EPOCH: '1790000000' })).toEqual({ epoch: 1_790_000_000, revision: undefined })
    await expect(provenanceOf(directory, {})).rejects.toThrow('set SOURCE_DATE_EPOCH')
    await expect(provenanceOf(directory, { SOURCE_DATE_EPOCH: 'today' })).rejects.toThrow(
      'SOURCE_DATE_EPOCH=today is not a number of seconds'
    )
  })
})
