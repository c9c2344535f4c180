import { describe, expect, it } from '@jest/globals'
import { directoryOf, fileOf, linkOf, treeOf } from './entry.ts'

const paths = (...entries: Parameters<typeof treeOf>[0][]): string[] => treeOf(entries.flatMap((each) => [...each])).map(({ path }) => path)

describe('a tree of entries', () => {
  it('is sorted by bytes, whatever order they came in, with the directories that nobody named', () => {
    const files = [fileOf('b/c/z', ''), fileOf('b/c/Z', ''), fileOf('a', ''), fileOf('b-c', '')]
    const sorted = ['a', 'b', 'b-c', 'b/c', 'b/c/Z', 'b/c/z']
    expect(paths(files)).toEqual(sorted)
    expect(paths(files.toReversed())).toEqual(sorted)
  })

  it('has the later of two entries of one path', () => {
    expect(treeOf([directoryOf('tmp'), directoryOf('tmp', 0o1777)])).toEqual([directoryOf('tmp', 0o1777)])
  })

  it.each([
    ['a file below a link', [linkOf('lib', 'usr/lib'), fileOf('lib/x', '')], '"lib/x" lies below "lib", which is a symlink'],
    ['a file in a file', [fileOf('lib', ''), fileOf('lib/x', '')], '"lib/x" lies below "lib", which is a file'],
    ['a way out of the image', [fileOf('usr/../../etc/passwd', '')], '"usr/../../etc/passwd" is no path inside an image'],
    ['an absolute path', [fileOf('/etc/passwd', '')], '"/etc/passwd" is no path inside an image']
  ])('does not have %s', (_what, entries, message) => {
    expect(() => treeOf(entries)).toThrow(message)
  })
})
