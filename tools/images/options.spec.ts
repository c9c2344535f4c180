import { describe, expect, it } from '@jest/globals'
import { chooseApps } from './contents/app.ts'
import { parseOptions } from './options.ts'

describe('the command line', () => {
  it('builds everything for both architectures into dist/images when nothing is said', () => {
    expect(parseOptions([])).toMatchObject({
      apps: [],
      out: 'dist/images',
      push: undefined,
      architectures: ['amd64', 'arm64'],
      tag: undefined,
      build: true
    })
  })

  it.each([
    ['registry.example.com/knative-ts', { host: 'registry.example.com', prefix: 'knative-ts' }],
    ['127.0.0.1:5000/a/b', { host: '127.0.0.1:5000', prefix: 'a/b' }],
    ['localhost:5000', { host: 'localhost:5000', prefix: '' }]
  ])('pushes to %s, and then writes no files unless told to', (push, destination) => {
    expect(parseOptions(['--push', push])).toMatchObject({ push: destination, out: undefined })
    expect(parseOptions(['--push', push, '--out', 'x'])).toMatchObject({ push: destination, out: 'x' })
  })

  it.each([
    [['--push', 'knative-ts'], '--push: "knative-ts" is not REGISTRY/PREFIX'],
    [['--push', 'registry.example.com/UPPER'], 'is not REGISTRY/PREFIX'],
    [['--arch', 'amd64,mips'], '--arch: "mips" is none of amd64, arm64'],
    [['--tag', 'a b'], '--tag: "a b" is no tag'],
    [['--outt', 'x'], "Unknown option '--outt'"]
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message)
  })

  it('builds programs instead of apps, into one archive', () => {
    const options = parseOptions(['--program', 'a', '--program', 'b', '--archive', 'all.tar'])
    expect(options).toMatchObject({ apps: [], programs: ['a', 'b'], archive: 'all.tar', out: undefined })
    expect(() => parseOptions(['--program', 'a', 'gateway'])).toThrow('leave out gateway, or build them apart')
  })

  it('takes every app but standalone, or those that are named', () => {
    const built = ['webhook', 'standalone', 'gateway']
    expect(chooseApps([], built)).toEqual(['gateway', 'webhook'])
    expect(chooseApps(['webhook'], built)).toEqual(['webhook'])
    expect(() => chooseApps(['standalone'], built)).toThrow('there is no image of "standalone": the apps are gateway, webhook')
  })
})
