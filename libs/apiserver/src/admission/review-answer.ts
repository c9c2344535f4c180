/** What came back from a webhook, decoded as client-go does it: each failure in its words. */
import { parse } from 'yaml'
import { goJsonKind } from '../schema/go-text.ts'

const WORDS: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  406: 'the server was unable to respond with a content type that the client supports',
  409: 'the server reported a conflict',
  410: 'the server says the resource is gone',
  413: 'the request entity is too large',
  415: 'the server was unable to process the request because of an unsupported content type',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request'
}
const HEADER = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`

/** The review of an answer. Throws an Error that says why it is none. `kind` and `versions`: what is understood. */
export function decodeAnswer(
  status: number,
  contentType: string | undefined,
  text: string,
  kind: string,
  versions: readonly string[]
): unknown {
  const value = valueOf(text)
  if (status < 200 || status > 206) {
    const { kind: told, message } = (value ?? {}) as { kind?: string; message?: string }
    if (told === 'Status' && message) throw new Error(message)
    const isText = contentType === undefined || contentType.startsWith('text/')
    throw new Error(wordsFor(status, isText ? text.trim() : 'unknown'))
  }
  if (text === '') throw new Error(`0-length response with status code: ${status} and content type: ${contentType ?? ''}`)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${goJsonKind(value)} into Go value of type ${HEADER}`
    )
  const { apiVersion, kind: given } = value as { apiVersion?: string; kind?: string }
  if ((apiVersion && !versions.includes(apiVersion)) || (given && given !== kind))
    throw new Error(
      `no kind ${JSON.stringify(given ?? kind)} is registered for version ${JSON.stringify(apiVersion ?? versions[0])} in scheme "pkg/runtime/scheme.go:110"`
    )
  checkTypes(value as Readonly<Record<string, unknown>>)
  return value
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Whatever its content type says, it may be YAML.
  }
  try {
    return parse(text)
  } catch {
    // No YAML either: it is told as the text that it is.
    return text
  }
}

function wordsFor(status: number, body: string): string {
  if (status === 403) return `forbidden: ${body}`
  const words = WORDS[status]
  if (words !== undefined) return words
  if (status >= 500) return `an error on the server (${JSON.stringify(body)}) has prevented the request from succeeding`
  return `the server responded with the status code ${status} but did not return more information`
}

const MEMBERS = { uid: 'string', allowed: 'boolean', patchType: 'string', patch: 'string' } as const
const GO_TYPES = { uid: 'types.UID', allowed: 'bool', patchType: 'v1.PatchType', patch: '[]uint8' } as const

function checkTypes({ response }: Readonly<Record<string, unknown>>): void {
  if (typeof response !== 'object' || response === null) return
  for (const [name, type] of Object.entries(MEMBERS)) {
    const value = (response as Readonly<Record<string, unknown>>)[name]
    if (value === undefined || value === null) continue
    if (typeof value !== type)
      throw new Error(
        `json: cannot unmarshal ${goJsonKind(value)} into Go struct field AdmissionResponse.response.${name} of type ${GO_TYPES[name as keyof typeof MEMBERS]}`
      )
    if (name === 'patch') checkBase64(value as string)
  }
}

function checkBase64(text: string): void {
  const at = text.search(/[^A-Za-z0-9+/=\r\n]/)
  if (at >= 0) throw new Error(`illegal base64 data at input byte ${at}`)
}
