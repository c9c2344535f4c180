/** Who reads values.yaml learns of every value and of every key of every ConfigMap. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { configKeys } from './config-keys.ts'
import { servingChart, umbrella } from './render.ts'
import { valuesPage } from './values-page.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const read = (chart: string): string => readFileSync(join(root, chart, 'values.yaml'), 'utf8')

describe('values.yaml', () => {
  it.each([umbrella, servingChart])('of %s explains every value', (chart) => {
    expect(valuesPage({ [chart]: read(chart) })).toContain('- `global.registry`: `""`. Registry')
  })

  it('has its page refuse a value that nobody explains', () => {
    const text = '# About it.\nit:\n  # One.\n  one: 1\n  two: 2\n'
    expect(() => valuesPage({ chart: text })).toThrow('values.yaml says nothing about it.two')
  })

  it.each(Object.entries(configKeys()))('documents every key of config-%s', (name, keys) => {
    const text = read(servingChart)
    const begin = text.indexOf(`# ConfigMap config-${name}`)
    const chapter = text.slice(begin, text.indexOf(`\n  ${name}: {}`, begin))
    // Older names, in camel case or with dots for dashes, still work and need no telling; nor does what upstream has given up.
    const older = [/[a-z][A-Z]/, /^(ingress|certificate)\.class$/, /^(auto-tls|internal-encryption)$/]
    const current = keys.filter((key) => !older.some((form) => form.test(key)))
    expect(begin).toBeGreaterThan(0)
    expect(current.filter((key) => !chapter.includes(key))).toEqual([])
  })
})
