/** What Go's `json.Unmarshal` into a map says of a text. */

const KINDS: Readonly<Record<string, string>> = { string: 'string', number: 'number', boolean: 'bool' }

/** Undefined for the text of an object, or of null. */
export function objectProblem(text: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return syntaxProblem(text, error)
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined
  const kind = Array.isArray(value) ? 'array' : KINDS[typeof value]
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`
}

function syntaxProblem(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  const at = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN)
  const start = text.trimStart()
  if (start === '' || Number.isNaN(at) ? start === '' || /unexpected end|unterminated/i.test(message) : at >= text.length)
    return 'unexpected end of JSON input'
  const [character = ''] = Number.isNaN(at) ? start : text.slice(at)
  return `invalid character '${character}' looking for beginning of value`
}
