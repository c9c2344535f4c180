/** A package directory becomes what runs in an image. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { programsIn, readProgram } from './program.ts'

let root: string
const put = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text, { mode })
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'programs-'))
  put('all/node_modules/greet/package.json', JSON.stringify({ name: 'greet', version: '2.0.0', license: 'MIT', main: 'index.js' }))
  put('all/node_modules/greet/index.js', "export const greet = () => 'greeting of the package'")
  put('all/hello/package.json', JSON.stringify({ name: 'other', version: '3.2.1', type: 'module', main: 'src/main.js' }))
  put('all/hello/src/main.js', "import { greet } from 'greet'\nimport { own } from './own.js'\nconsole.log(greet(), own)")
  put('all/hello/src/own.js', "export const own = 'text of its own'")
  put('all/hello/page.html', '<p>')
  put('all/binary/image.json', JSON.stringify({ entrypoint: ['server'], cmd: ['--port', '8080'], env: { MODE: 'fast' } }))
  put('all/binary/server', '#!/bin/false', 0o755)
  put('all/shell/package.json', JSON.stringify({ scripts: { start: 'echo hi && node main.js' } }))
  put('all/notes/README.md', 'no package')
  put('empty/README.md', 'nothing')
})
afterAll(() => rmSync(root, { recursive: true }))

describe('programs', () => {
  it('are a package directory, or those in a directory', () => {
    const names = programsIn(join(root, 'all')).map((path) => path.slice(root.length))
    expect(names).toEqual(['/all/binary', '/all/hello', '/all/shell'])
    expect(programsIn(join(root, 'all/hello'))).toEqual([join(root, 'all/hello')])
    expect(() => programsIn(join(root, 'empty'))).toThrow(/--program .*empty: neither it nor a directory in it has a package.json/)
    expect(() => programsIn(join(root, 'nowhere'))).toThrow(/--program .*nowhere: there is no such directory/)
  })

  it('of Node run their entry below /app, with what it imports of npm in it, and its licence told', async () => {
    const { name, version, command, entries, packages } = await readProgram(join(root, 'all/hello'))
    expect({ name, version, command }).toEqual({ name: 'hello', version: '3.2.1', command: ['/usr/local/bin/node', '/app/src/main.js'] })
    const code = entries.findLast(({ path }) => path === 'app/src/main.js')
    expect(code?.type === 'file' && String(code.content)).toMatch(/greeting of the package[^]*text of its own/)
    expect(entries.map(({ path }) => path)).toContain('app/page.html')
    expect(packages).toMatchObject([{ name: 'greet', version: '2.0.0' }])
  }, 30_000)

  it('of another kind run as they are, with their words and variables', async () => {
    const { command, env, entries } = await readProgram(join(root, 'all/binary'))
    expect({ command, env }).toEqual({ command: ['/app/server', '--port', '8080'], env: ['MODE=fast'] })
    expect(entries).toContainEqual(expect.objectContaining({ path: 'app/server', mode: 0o755 }))
  })

  it('that need a shell are refused: an image has none', async () => {
    await expect(readProgram(join(root, 'all/shell'))).rejects.toThrow(/shell: its start script needs a shell, and the image has none/)
  })
})
