import { errorText } from '@knative-ts/kube'
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

/** JavaScript says where, or which character; Go says what it looked for there. */
function syntaxProblem(text: string, error: unknown): string {
  const message = errorText(error)
  const position = /at position (\d+)/.exec(message)?.[1]
  const character = /^Unexpected token '(.)'/.exec(message)?.[1] ?? text[Number(position ?? text.length)]
  if (character === undefined || /end of JSON|unterminated/i.test(message)) return 'unexpected end of JSON input'
  const what = message.includes('property name') ? 'object key string' : 'value'
  return `invalid character '${character}' looking for beginning of ${what}`
}
