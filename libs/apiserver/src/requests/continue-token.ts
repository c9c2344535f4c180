/** Continue tokens: where the next page starts, and in which snapshot. Their form is that of `k8s.io/apiserver/pkg/storage/continue.go`. */
import { badRequest } from '../http/errors.ts'
import { goJsonProblem } from '../http/go-json.ts'
import { goJson } from '../schema/go-text.ts'

export interface Continuation {
  /** The snapshot; undefined: whatever there is now, as a client agreed to whose snapshot was gone. */
  readonly revision: number | undefined
  /** The first key of the page: `NAMESPACE/NAME`, or the name alone where a list has one namespace or none. */
  readonly start: string
}

const VERSION = 'meta.k8s.io/v1'
const NOW = -1

/** `after` is the last key of the page before. */
export function writeContinueToken(revision: number | undefined, after: string): string {
  return Buffer.from(goJson({ v: VERSION, rv: revision ?? NOW, start: `${after}\0` })).toString('base64url')
}

/** The same place in the state of now. */
export const inconsistentToken = ({ start }: Continuation) => Buffer.from(goJson({ v: VERSION, rv: NOW, start })).toString('base64url')

/** Throws 400 for anything that is no such token, in the reference's words. */
export function readContinueToken(token: string): Continuation {
  const odd = /[^A-Za-z0-9_-]/.exec(token)?.index ?? (token.length % 4 === 1 ? token.length - 1 : -1)
  if (odd >= 0) throw invalid(`illegal base64 data at input byte ${odd}`)
  const bytes = Buffer.from(token, 'base64url')
  const problem = goJsonProblem(bytes)
  if (problem !== undefined) throw invalid(problem)
  const read = JSON.parse(bytes.toString()) as unknown
  const { v = '', rv = 0, start = '' } = (typeof read === 'object' && read !== null ? read : {}) as Readonly<Record<string, unknown>>
  if (v !== VERSION) throw invalid(`server does not recognize this encoded version ${String(v)}`)
  if (!Number.isSafeInteger(rv) || rv === 0) throw invalid(`incorrect encoded start resourceVersion (version ${VERSION})`)
  if (typeof start !== 'string' || start === '') throw invalid(`incorrect encoded start key (version ${VERSION})`)
  const key = start.startsWith('/') ? start : `/${start}`
  if (/\/(\.{0,2}(\/|$))/.test(key)) throw invalid(start)
  return { revision: rv === NOW ? undefined : (rv as number), start: key.slice(1) }
}

const invalid = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`)
