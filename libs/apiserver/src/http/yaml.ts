/** YAML as Kubernetes reads it (go-yaml through sigs.k8s.io/yaml): version 1.1 without dates and sexagesimal numbers, made into JSON. */
import { errorText } from '@knative-ts/kube'
import { isScalar, LineCounter, parseDocument, visit, type Document, type Tags, type YAMLParseError } from 'yaml'

/** More would let a small text become a huge object. */
const ALIASES = 100

/** Of an integer as Go spells octals, which YAML 1.1 does not know. */
const GO_OCTAL = {
  identify: () => false,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  test: /^[-+]?0o[0-7]+$/,
  resolve: (text: string) => Number(text.replace(/^[-+]/, '')) * (text.startsWith('-') ? -1 : 1)
} as const

/** Times stay texts: Go's reader resolves neither `12:30:45` nor `2026-11-21` to anything else. */
const goTags = (tags: Tags): Tags => [
  ...tags.filter((tag) => typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && tag.format !== 'TIME')),
  GO_OCTAL
]

/** go-yaml's limit of nesting. */
const DEEPEST = 10_000

/** Brackets that open and never close cost the parser more the more there are: they are counted before it sees them, texts in quotes included. */
function isTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x5b || code === 0x7b) {
      if (++depth > DEEPEST) return true
    } else if (depth > 0 && (code === 0x5d || code === 0x7d)) depth--
  }
  return false
}

/** What was read, and which keys it names twice: the last of them counts. */
export interface ReadYaml {
  readonly value: unknown
  /** `line 5: key "name" already set in map`. */
  readonly repeated: readonly string[]
}

/** go-yaml's words for what it finds; what its scanner finds in the first line it tells without the line. */
function problemOf({ message, code, pos }: YAMLParseError, text: string): string {
  const line = text.slice(0, pos[0]).split('\n').length
  if (message.startsWith('Flow map')) return `line ${line}: did not find expected ',' or '}'`
  if (message.startsWith('Flow sequence')) return `line ${line}: did not find expected ',' or ']'`
  const isNested = message.startsWith('Nested mappings')
  const isToken = /Unexpected|cannot start with|Tabs are not/.test(message) || ['BAD_COLLECTION_TYPE', 'UNEXPECTED_TOKEN'].includes(code)
  if (!isNested && !isToken) return `line ${line}: ${message.split('\n', 1)[0]}`
  const words = isNested ? 'mapping values are not allowed in this context' : 'found character that cannot start any token'
  return line === 1 ? words : `line ${line}: ${words}`
}

/** The first document as plain JSON values, or in Go's words why it is none. */
export function readYaml(text: string): ReadYaml | { readonly problem: string } {
  if (isTooDeep(text)) return { problem: `yaml: exceeded max depth of ${DEEPEST}` }
  const lines = new LineCounter()
  const options = { version: '1.1', uniqueKeys: false, logLevel: 'silent', customTags: goTags, lineCounter: lines } as const
  const document = parseDocument(text, options)
  const [error] = document.errors
  if (error !== undefined) {
    return { problem: `yaml: ${problemOf(error, text)}` }
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: ALIASES })
    // Through JSON, maps become plain objects and aliases copies.
    return { value: JSON.parse(JSON.stringify(value, finite) ?? 'null'), repeated: repeatedKeys(document, lines) }
  } catch (failure) {
    if (failure instanceof NotFinite) return { problem: failure.message }
    return { problem: `yaml: ${errorText(failure)}` }
  }
}

function repeatedKeys(document: Document.Parsed, lines: LineCounter): string[] {
  const repeated: string[] = []
  visit(document, {
    Map: (_, { items }) => {
      const names = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        if (names.has(key.value)) {
          const { line } = lines.linePos(key.range?.[0] ?? 0)
          repeated.push(`line ${line}: key ${JSON.stringify(key.value)} already set in map`)
        }
        names.add(key.value)
      }
    }
  })
  return repeated
}

class NotFinite extends Error {}

function finite(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  throw new NotFinite(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`)
}
