import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../build/freshness.mjs'
import { requireOneVersion, versionsOf, writeVersion } from './versions.ts'

let directory: string
const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(directory, file)), { recursive: true })
  writeFileSync(join(directory, file), text)
}
const read = (file: string): string => readFileSync(join(directory, file), 'utf8')

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'versions-'))
  write('package.json', '{\n  "version": "0.1.0",\n  "dependencies": { "x": "0.1.0" }\n}\n')
  write('apps/one/package.json', '{ "name": "one", "version": "0.1.0" }\n')
  write(
    'charts/a/Chart.yaml',
    '# a comment\nname: a\nversion: 0.1.0\nappVersion: "0.1.0"\ndependencies:\n  - name: b # another\n    version: 0.1.0\n'
  )
  write('charts/a/charts/b/Chart.yaml', 'name: b\nversion: 0.1.0\nappVersion: "0.1.0"\n')
  write(
    'package-lock.json',
    JSON.stringify({
      version: '0.1.0',
      packages: { '': { version: '0.1.0' }, 'apps/one': { version: '0.1.0' }, 'node_modules/x': { version: '0.1.0' } }
    })
  )
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('one version for all', () => {
  it('holds in this repository', () => {
    expect(requireOneVersion(root)).toMatch(/^\d+\.\d+\.\d+/)
    expect(versionsOf(root).map(({ file }) => file)).toContain('apps/gateway/package.json')
  })
  it('is asked of packages, charts and what charts depend on, by name of the place', () => {
    write('charts/a/charts/b/Chart.yaml', 'name: b\nversion: 0.2.0\nappVersion: "0.1.0"\n')
    write('apps/one/package.json', '{ "name": "one", "version": "0.0.9" }\n')
    expect(() => requireOneVersion(directory)).toThrow(
      'not one version for all: package.json says 0.1.0\n  apps/one/package.json: version 0.0.9\n  charts/a/charts/b/Chart.yaml: version 0.2.0'
    )
  })
})

describe('a new version', () => {
  it('is written everywhere, and nothing else is', () => {
    writeVersion(directory, '0.2.0-rc.1')
    expect(requireOneVersion(directory)).toBe('0.2.0-rc.1')
    expect(read('package.json')).toBe('{\n  "version": "0.2.0-rc.1",\n  "dependencies": { "x": "0.1.0" }\n}\n')
    expect(read('charts/a/Chart.yaml')).toContain('# a comment')
    expect(read('charts/a/Chart.yaml')).toContain('# another')
    expect(JSON.parse(read('package-lock.json'))).toEqual({
      version: '0.2.0-rc.1',
      packages: { '': { version: '0.2.0-rc.1' }, 'apps/one': { version: '0.2.0-rc.1' }, 'node_modules/x': { version: '0.1.0' } }
    })
  })
  it.each([
    ['0.2', '"0.2" is no semantic version'],
    ['v0.2.0', '"v0.2.0" is no semantic version'],
    ['0.1.0', '0.1.0 is not above 0.1.0'],
    ['0.1.0-rc.1', '0.1.0-rc.1 is not above 0.1.0']
  ])('%s is refused', (version, message) => {
    expect(() => writeVersion(directory, version)).toThrow(message)
    expect(requireOneVersion(directory)).toBe('0.1.0')
  })
})
