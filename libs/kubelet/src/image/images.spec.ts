import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DigestCache } from './digest.ts'
import type { ContainerRuntime } from '../runtime/container-runtime.ts'
import type { PullPolicy } from './image-source.ts'
import { Images } from './images.ts'
import { PackageImages } from './package-images.ts'

describe('images', () => {
  let root: string
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  const find = (image: string, policy?: string) =>
    new Images([
      new PackageImages({
        roots: [root],
        system: { 'dev.local/knative-ts/queue-proxy': join(root, 'system') },
        nodeBinary: '/node',
        runtime: {} as ContainerRuntime
      })
    ]).find(image, policy as PullPolicy)
  const config = async (image: string) => {
    const found = await find(image)
    if (found.kind === 'missing') throw new Error(found.message)
    return found.config
  }

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'images-'))
    write('main/package.json', '{"main": "lib/app.js"}')
    write('main/lib/app.js', '')
    write('bin/package.json', '{"bin": {"x": "run.mjs"}}')
    write('bin/run.mjs', '')
    write('start/package.json', '{"scripts": {"start": "node --enable-source-maps app.mjs --port=1"}}')
    write('shell/package.json', '{"scripts": {"start": "A=1 python3 app.py | tee log"}}')
    write('plain/index.js', '')
    write('full/image.json', '{"entrypoint": ["app.mjs", "-v"], "cmd": ["serve"], "env": {"A": "1"}, "workingDir": "sub"}')
    write('full/app.mjs', '')
    write('full/sub/x', '')
    write('system/main.mjs', '')
    write('bad-json/package.json', '{')
    write('bad-env/image.json', '{"entrypoint": ["x"], "env": {"A": 1}}')
    write('bad-cmd/image.json', '{"cmd": "x"}')
    write('nothing/readme', '')
  })
  afterAll(() => rmSync(root, { recursive: true }))

  it.each([
    ['main', ['/node', 'main/lib/app.js'], []],
    ['bin', ['/node', 'bin/run.mjs'], []],
    ['start', ['/node', '--enable-source-maps', 'start/app.mjs', '--port=1'], []],
    ['plain', ['/node', 'plain/index.js'], []],
    ['full', ['/node', 'full/app.mjs', '-v'], ['serve']],
    ['knative-ts/queue-proxy', ['/node', 'system/main.mjs'], []]
  ])('run dev.local/%s', async (name, entrypoint, cmd) => {
    const absolute = entrypoint.map((word) => (/\.m?js$/.test(word) ? join(root, word) : word))
    expect(await config(`dev.local/${name}`)).toMatchObject({ entrypoint: absolute, cmd })
  })

  it('run other start scripts in a shell', async () => {
    expect((await config('dev.local/shell')).entrypoint).toEqual(['/bin/sh', '-c', 'exec A=1 python3 app.py | tee log'])
  })

  it('take environment and working directory from image.json', async () => {
    expect(await config('dev.local/full')).toMatchObject({ env: { A: '1' }, workingDir: join(root, 'full/sub') })
  })

  it.each([
    ['dev.local/bad-json', 'IfNotPresent', 'ErrImagePull', /bad-json\/package\.json: .*JSON/],
    ['dev.local/bad-env', 'IfNotPresent', 'ErrImagePull', /bad-env\/image\.json: "env" must be an object of strings/],
    ['dev.local/bad-cmd', 'IfNotPresent', 'ErrImagePull', /bad-cmd\/image\.json: "cmd" must be an array of strings/],
    ['dev.local/nothing', 'IfNotPresent', 'ErrImagePull', /names nothing to run/],
    [
      'dev.local/absent:v1',
      'Always',
      'ErrImagePull',
      /^failed to pull image "dev\.local\/absent:v1": not found: no package directory "absent" under the image roots/
    ],
    ['dev.local/absent', 'Never', 'ErrImageNeverPull', /is not present with pull policy of Never/],
    [
      'ghcr.io/a/tool',
      'IfNotPresent',
      'ErrImagePull',
      /put a package directory "tool" under one of the image roots .* and use the image dev\.local\/tool/
    ],
    ['Not An Image', 'IfNotPresent', 'InvalidImageName', /couldn't parse image name/]
  ])('say what is wrong: %s (%s)', async (image, policy, reason, message) => {
    expect(await find(image, policy)).toEqual({ kind: 'missing', reason, message: expect.stringMatching(message) })
  })

  it('have a digest of their content, which a reference may ask for', async () => {
    const found = await find('dev.local/main')
    const id = found.kind === 'found' ? found.imageId : ''
    expect(id).toMatch(/^dev\.local\/main@sha256:[0-9a-f]{64}$/)
    expect((await find(id)).kind).toBe('found')
    write('main/lib/more.js', 'changed')
    expect(await find(id)).toMatchObject({ kind: 'missing', message: expect.stringContaining('its files have changed since') })
  })

  it('change their digest with content, name and links, not with time', () => {
    const cache = new DigestCache()
    write('d/a', '1')
    const first = cache.digestOf(join(root, 'd'))
    write('d/a', '1')
    expect(cache.digestOf(join(root, 'd'))).toBe(first)
    write('d/a', '2')
    const second = cache.digestOf(join(root, 'd'))
    symlinkSync('a', join(root, 'd/b'))
    const third = cache.digestOf(join(root, 'd'))
    expect(new Set([first, second, third]).size).toBe(3)
  })
})
