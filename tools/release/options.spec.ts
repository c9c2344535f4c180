import { describe, expect, it } from '@jest/globals'
import { parseOptions } from './options.ts'

describe('the command line of npm run release', () => {
  it('makes a dry run for both architectures, into a directory of the version', () => {
    expect(parseOptions(['--dry-run'], '1.2.3')).toMatchObject({
      dryRun: true,
      out: 'dist/release/1.2.3',
      architectures: ['amd64', 'arm64'],
      push: undefined
    })
  })
  it('takes the registry that a dry run would push to', () => {
    expect(parseOptions(['--dry-run', '--push', 'registry.example.com/knative-ts'], '1.2.3').push).toEqual({
      host: 'registry.example.com',
      prefix: 'knative-ts'
    })
  })
  it.each([
    ['nothing', []],
    ['two things', ['--dry-run', '--prepare', '1.2.3']],
    ['an unknown option', ['--force']]
  ])('refuses %s, and says what there is', (_, args) => {
    expect(() => parseOptions(args, '1.2.3')).toThrow('npm run release -- --dry-run')
  })
})
