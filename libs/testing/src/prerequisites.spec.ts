import { afterEach, expect, it } from '@jest/globals'
import { canTest, withoutCommand } from './prerequisites.ts'

const ci = process.env['CI']
afterEach(() => {
  if (ci === undefined) delete process.env['CI']
  else process.env['CI'] = ci
})

it('what has no obstacle is tested', () => {
  expect(canTest('anything', undefined)).toBe(true)
})

it('an obstacle is an error in CI, where everything has to run', () => {
  process.env['CI'] = 'true'
  expect(() => canTest('the launcher', 'it needs root')).toThrow('the launcher must be tested in CI: it needs root')
})

it('elsewhere an obstacle leaves the tests out', () => {
  delete process.env['CI']
  expect(canTest('what this test leaves out on purpose', 'it is no real obstacle')).toBe(false)
})

it('a command that is missing is named with its package', () => {
  expect([withoutCommand('sh', 'dash'), withoutCommand('no-such-command', 'no-such-package')]).toEqual([
    undefined,
    'no-such-command is not installed (Debian: no-such-package)'
  ])
})
