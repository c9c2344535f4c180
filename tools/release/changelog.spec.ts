import { describe, expect, it } from '@jest/globals'
import { released, sectionOf } from './changelog.ts'

const changelog = `# Changelog

## Unreleased

### Added

- A thing.

## 0.1.0 - 2026-01-02

- The first.
`

describe('a section of the changelog', () => {
  it.each([
    ['Unreleased', '### Added\n\n- A thing.'],
    ['0.1.0', '- The first.'],
    ['0.1', undefined],
    ['0x1.0', undefined]
  ])('%s', (title, text) => {
    expect(sectionOf(changelog, title)).toBe(text)
  })
  it('may be empty, and the last', () => {
    expect(sectionOf('# Changelog\n\n## Unreleased\n', 'Unreleased')).toBe('')
  })
  it('may have a link for a title', () => {
    expect(sectionOf('## [1.2.3] - 2026-01-02\n\ntext\n', '1.2.3')).toBe('text')
  })
})

describe('a release', () => {
  it('takes what is unreleased, and leaves an empty section', () => {
    const after = released(changelog, '0.2.0', '2026-02-03')
    expect(sectionOf(after, 'Unreleased')).toBe('')
    expect(sectionOf(after, '0.2.0')).toBe('### Added\n\n- A thing.')
    expect(sectionOf(after, '0.1.0')).toBe('- The first.')
    expect(after).toContain('## 0.2.0 - 2026-02-03\n')
  })
  it('of nothing is refused', () => {
    expect(() => released('## Unreleased\n\n## 0.1.0\n', '0.2.0', '2026-02-03')).toThrow('nothing under "## Unreleased"')
  })
  it('of a version that was released is refused', () => {
    expect(() => released(changelog, '0.1.0', '2026-02-03')).toThrow('has a section of 0.1.0 already')
  })
})
