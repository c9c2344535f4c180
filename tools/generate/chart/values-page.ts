/** docs/gen/values.md: every value of the chart with its default and its comment, read from values.yaml itself. */
import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml'

interface Value {
  readonly path: string
  readonly fallback: string
  readonly about: string
}

/** The page. `texts`: values.yaml by the name of its chart. Throws for a value without a comment. */
export function valuesPage(texts: Readonly<Record<string, string>>): string {
  const chapters = Object.entries(texts).map(([chart, text]) => {
    const document = parseDocument(text)
    const values = valuesIn(document.contents as YAMLMap, '', document.commentBefore)
    const lines = values.map(({ path, fallback, about }) => `- \`${path}\`: \`${fallback}\`. ${about}`)
    return `## ${chart}\n\n${lines.join('\n')}\n`
  })
  return ['# Values of the charts\n', ...chapters].join('\n')
}

function valuesIn(map: YAMLMap, path: string, before: string | null | undefined): Value[] {
  return map.items.flatMap((pair: Pair, index) => {
    const key = isScalar(pair.key) ? pair.key : undefined
    const name = `${path}${String(key?.value)}`
    const about = key?.commentBefore ?? (index === 0 ? before : undefined)
    const { value } = pair
    if (isMap(value) && hasComments(value)) return valuesIn(value, `${name}.`, value.commentBefore)
    if (about === undefined || about === null) throw new Error(`values.yaml says nothing about ${name}`)
    return [
      {
        path: name,
        fallback: JSON.stringify(isMap(value) ? value.toJSON() : (value as { toJSON(): unknown }).toJSON()),
        about: lineOf(about)
      }
    ]
  })
}

/** A map without them is one value. */
function hasComments(map: YAMLMap): boolean {
  if (map.commentBefore !== undefined && map.commentBefore !== null) return true
  return map.items.some(
    (pair: Pair) => (isScalar(pair.key) && typeof pair.key.commentBefore === 'string') || (isMap(pair.value) && hasComments(pair.value))
  )
}

/** The first paragraph as one line; lists of keys, which are indented, one item each. */
function lineOf(comment: string): string {
  const lines = comment.split('\n').filter((line) => line.trim() !== '')
  const keys = lines.filter((line) => line.startsWith('   '))
  const words = lines.filter((line) => !line.startsWith('   ')).map((line) => line.trim())
  return [
    words.join(' '),
    ...keys.map((line) => `  - \`${line.trim().replaceAll(/\s{2,}/g, '` ')}${/\s{2,}/.test(line.trim()) ? '' : '`'}`)
  ].join('\n')
}
