import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { itWhere, notRoot } from '@knative-ts/testing'
import { copyLayers } from './copied-root.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'copied-root-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const write = (path: string, content: string): void => {
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), content)
}
const layer = (name: string, opaque: string[] = []) => ({ directory: join(directory, name), opaque: new Set(opaque) })
const target = (path: string): string => join(directory, 'root', path)

it('a copy of layers is what an overlay of them would show', async () => {
  write('low/etc/a', 'a')
  write('low/etc/b', 'b')
  write('low/var/old', 'old')
  write('low/was/directory', 'x')
  write('low/was-file', 'x')
  symlinkSync('/etc', join(directory, 'low/link'))
  write('high/etc/a', 'new a')
  write('high/var/new', 'new')
  write('high/was', 'a file now')
  write('high/was-file/now', 'in a directory')
  write('high/link/inside', 'not in the machine’s /etc')
  mkdirSync(join(directory, 'root'))
  await copyLayers([layer('high', ['var']), layer('low')], join(directory, 'root'))
  expect(readFileSync(target('etc/a'), 'utf8')).toBe('new a')
  expect(readFileSync(target('etc/b'), 'utf8')).toBe('b')
  expect([existsSync(target('var/old')), existsSync(target('var/new'))]).toEqual([false, true])
  expect(readFileSync(target('was'), 'utf8')).toBe('a file now')
  expect(readFileSync(target('was-file/now'), 'utf8')).toBe('in a directory')
  expect(lstatSync(target('link')).isDirectory()).toBe(true)
  expect(existsSync('/etc/inside')).toBe(false)
})

itWhere('what a layer of a copied root takes away', notRoot())('what a layer has taken away is not there, nor its mark', async () => {
  write('low/etc/a', 'a')
  write('low/etc/b', 'b')
  mkdirSync(join(directory, 'high/etc'), { recursive: true })
  execFileSync('mknod', [join(directory, 'high/etc/a'), 'c', '0', '0'])
  mkdirSync(join(directory, 'root'))
  await copyLayers([layer('high'), layer('low')], join(directory, 'root'))
  expect([existsSync(target('etc/a')), existsSync(target('etc/b'))]).toEqual([false, true])
})
