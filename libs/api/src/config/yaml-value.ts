import { parseDocument } from 'yaml'
import { parsed, unparsed, type Parsed } from '../go/parsed.ts'

/** Reads the YAML (1.1, as sigs.k8s.io/yaml) inside a ConfigMap's value. */
export function parseYaml(text: string): Parsed<unknown> {
  const document = parseDocument(text, { version: '1.1', prettyErrors: false, logLevel: 'silent' })
  const [error] = document.errors
  if (error === undefined) return parsed(document.toJS() as unknown)
  const line = text.slice(0, error.pos[0]).split('\n').length
  // The one message of Go's parser that people meet; the others say it in our parser's words.
  const what = /flow collection|flow-(map|seq)|must be indented|Flow/i.test(error.message)
    ? 'did not find expected node content'
    : error.message
  return unparsed(`error converting YAML to JSON: yaml: line ${line}: ${what}`)
}

/** What Go calls the JSON kind of a value. */
function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'object' ? 'object' : typeof value
}

/** Go's words for a value of the wrong kind. */
export const cannotUnmarshalInto = (value: unknown, type: string): string =>
  `json: cannot unmarshal ${jsonKind(value)} into Go value of type ${type}`

/** The same of a value in YAML. */
export const cannotUnmarshal = (value: unknown, type: string): string =>
  `error unmarshaling JSON: while decoding JSON: ${cannotUnmarshalInto(value, type)}`

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
