import { describe, expect, it } from '@jest/globals'
import { allConfigKeys } from '../../../libs/api/src/config/keys/all-keys.ts'
import { configKeys } from '../chart/config-keys.ts'
import { configurationPage } from './page.ts'

describe('docs/configuration.md', () => {
  it('names every key that a parser reads, older spellings too, and no other', () => {
    const told = Object.fromEntries(
      allConfigKeys.map(({ name, keys }) => [
        name,
        keys
          .flatMap(({ key, old = [] }) => [key, ...old])
          .filter((key) => !key.includes('<') && key !== 'loglevel.queueproxy')
          .sort()
      ])
    )
    expect(told).toEqual(configKeys())
  })

  it('says of each key what it does, what counts without it and when a change counts', () => {
    const lines = configurationPage()
      .split('\n')
      .filter((line) => line.startsWith('- `'))
    expect(lines).toHaveLength(allConfigKeys.flatMap(({ keys }) => keys).length)
    for (const line of lines) expect(line).toMatch(/^- `[^`]+`( \(formerly .+\))?: .+\. Default: (unset|`.+`)\. Change: .+\.$/)
  })

  it('gives a reason wherever a change does not count at once', () => {
    const silent = allConfigKeys.flatMap(({ keys }) => keys).filter(({ takes, why }) => (takes === 'now') !== (why === undefined))
    expect(silent).toEqual([])
  })
})
