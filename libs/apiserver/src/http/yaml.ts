/** YAML as Kubernetes reads it (go-yaml through sigs.k8s.io/yaml): version 1.1 without dates and sexagesimal numbers, made into JSON. */
import { parseDocument, type Tags } from 'yaml'

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

/** The first document as plain JSON values, or in Go's words why it is none. */
export function readYaml(text: string): { readonly value: unknown } | { readonly problem: string } {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: true, logLevel: 'silent', customTags: goTags })
  const [error] = document.errors
  if (error !== undefined) {
    const line = text.slice(0, error.pos[0]).split('\n').length
    const token =
      /Unexpected|cannot start with|Tabs are not/.test(error.message) ||
      error.code === 'BAD_COLLECTION_TYPE' ||
      error.code === 'UNEXPECTED_TOKEN'
    return { problem: `yaml: line ${line}: ${token ? 'found character that cannot start any token' : error.message.split('\n', 1)[0]}` }
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: ALIASES })
    // Through JSON, maps become plain objects and aliases copies.
    return { value: JSON.parse(JSON.stringify(value, finite) ?? 'null') }
  } catch (failure) {
    if (failure instanceof NotFinite) return { problem: failure.message }
    return { problem: `yaml: ${failure instanceof Error ? failure.message : 'invalid'}` }
  }
}

class NotFinite extends Error {}

function finite(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  throw new NotFinite(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`)
}
