/** Who reads values.yaml learns of every value and of every key of every ConfigMap. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { configKeys } from './config-keys.ts'
import { eventingChart, servingChart, umbrella } from './render.ts'
import type { PartName } from '@knative-ts/api/system'
import { subcharts } from './subcharts.ts'
import { valuesPage } from './values-page.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const read = (chart: string): string => readFileSync(join(root, chart, 'values.yaml'), 'utf8')

describe('values.yaml', () => {
  it.each([umbrella, servingChart, eventingChart])('of %s explains every value', (chart) => {
    expect(valuesPage({ [chart]: read(chart) })).toContain('- `global.registry`: `""`. Registry')
  })

  it('has its page refuse a value that nobody explains', () => {
    const text = '# About it.\nit:\n  # One.\n  one: 1\n  two: 2\n'
    expect(() => valuesPage({ chart: text })).toThrow('values.yaml says nothing about it.two')
  })

  const keysOf = (part: PartName) => Object.entries(configKeys(part)).map(([name, keys]) => ({ part, name, keys }))
  it.each([...keysOf('serving'), ...keysOf('eventing')])('of $part documents every key of config-$name', ({ part, name, keys }) => {
    const text = read(subcharts[part].folder)
    const begin = text.indexOf(`# ConfigMap ${name.startsWith('default-') ? '' : 'config-'}${name}`)
    const chapter = text.slice(begin, text.indexOf(`\n  ${name}: {}`, begin))
    // Older names, in camel case or with dots for dashes, still work and need no telling; nor does what upstream has given up.
    const older = [/[a-z][A-Z]/, /^(ingress|certificate)\.class$/, /^(auto-tls|internal-encryption)$/]
    const current = keys.filter((key) => !older.some((form) => form.test(key)))
    expect(begin).toBeGreaterThan(0)
    expect(current.filter((key) => !chapter.includes(key))).toEqual([])
  })
})
