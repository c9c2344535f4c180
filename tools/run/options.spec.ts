import { describe, expect, it } from '@jest/globals'
import { takeOptions, UsageError } from './options.mjs'

describe('options among arguments of jest', () => {
  it.each([
    ['none', [], {}, []],
    ['one and its value', ['--report', 'out.json', '-t', 'name'], { report: 'out.json' }, ['-t', 'name']],
    ['several, anywhere', ['suite', '--project', 'kube', '--bail', '--report', 'r'], { project: 'kube', report: 'r' }, ['suite', '--bail']],
    ['the last of two', ['--report', 'a', '--report', 'b'], { report: 'b' }, []],
    ['a value of one dash', ['--report', '-'], { report: '-' }, []],
    ['nothing of other names', ['--reporters', 'x', '--reports=y'], {}, ['--reporters', 'x', '--reports=y']]
  ])('takes %s', (_, given, values, rest) => {
    const left = [...given]
    expect(takeOptions(left, ['report', 'project'])).toEqual({ report: undefined, project: undefined, ...values })
    expect(left).toEqual(rest)
  })

  it.each([[['--report']], [['--report', '--bail']]])('refuses %j, and says how it goes', (given) => {
    expect(() => takeOptions([...given], ['report'], 'npm test -- [--report FILE]')).toThrow(
      new UsageError('--report needs a value\nnpm test -- [--report FILE]')
    )
  })
})
