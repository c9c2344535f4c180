import { describe, expect, it } from '@jest/globals'
import { allConfigKeys, eventingConfigKeys } from '../../../libs/api/src/config/keys/all-keys.ts'
import { configKeys } from '../chart/config-keys.ts'
import { configurationPage } from './page.ts'

const everything = [...allConfigKeys, ...eventingConfigKeys].flatMap(({ keys }) => keys)

const toldOf = (maps: typeof allConfigKeys): object =>
  Object.fromEntries(
    maps.map(({ name, keys }) => [
      name,
      keys
        .flatMap(({ key, old = [] }) => [key, ...old])
        .filter((key) => !key.includes('<') && key !== 'loglevel.queueproxy')
        .sort()
    ])
  )

describe('docs/configuration.md', () => {
  it('names every key that a parser reads, older spellings too, and no other', () => {
    expect(toldOf(allConfigKeys)).toEqual(configKeys())
    expect(toldOf(eventingConfigKeys)).toEqual(configKeys('eventing'))
  })

  it('says of each key what it does, what counts without it and when a change counts', () => {
    const lines = configurationPage()
      .split('\n')
      .filter((line) => line.startsWith('- `'))
    expect(lines).toHaveLength(everything.length)
    for (const line of lines) expect(line).toMatch(/^- `[^`]+`( \(formerly .+\))?: .+\. Default: (unset|`.+`)\. Change: .+\.$/)
  })

  it('gives a reason wherever a change does not count at once', () => {
    const silent = everything.filter(({ takes, why }) => (takes === 'now') !== (why === undefined))
    expect(silent).toEqual([])
  })
})
