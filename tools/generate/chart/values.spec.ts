/** Who reads values.yaml learns of every value and of every key of every ConfigMap. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml'
import { configKeys } from './config-keys.ts'
import { servingChart, umbrella } from './render.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const read = (chart: string): string => readFileSync(join(root, chart, 'values.yaml'), 'utf8')

/** Paths of values without a comment above them. A map counts as explained when each of its entries is. */
function unexplained(map: YAMLMap, path: string, before: string | null | undefined): string[] {
  return map.items.flatMap((pair: Pair, index) => {
    const key = isScalar(pair.key) ? pair.key : undefined
    const name = `${path}${String(key?.value)}`
    const comment = key?.commentBefore ?? (index === 0 ? before : undefined)
    if (comment !== undefined && comment !== null) return []
    if (isMap(pair.value) && pair.value.items.length > 0 && pair.value.flow !== true)
      return unexplained(pair.value, `${name}.`, pair.value.commentBefore)
    return [name]
  })
}

describe('values.yaml', () => {
  it.each([umbrella, servingChart])('of %s explains every value', (chart) => {
    const document = parseDocument(read(chart))
    expect(unexplained(document.contents as YAMLMap, '', document.commentBefore)).toEqual([])
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
