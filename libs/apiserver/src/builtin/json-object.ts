/** What Go's `json.Unmarshal` into a map says of a text. */
import { errorText } from '@knative-ts/kube'
import { noGoMap } from '../schema/go-text.ts'
import { isObject } from '../schema/json.ts'

/** Undefined for the text of an object, or of null. */
export function objectProblem(text: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return syntaxProblem(text, error)
  }
  return value === null || isObject(value) ? undefined : noGoMap(value)
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
