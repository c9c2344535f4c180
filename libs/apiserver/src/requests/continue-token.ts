/** Continue tokens: where the next page starts, and in which snapshot. */
import { badRequest } from '../http/errors.ts'

export interface Continuation {
  readonly revision: number
  readonly after: { readonly namespace: string; readonly name: string }
}

export function writeContinueToken({ revision, after }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, ns: after.namespace, name: after.name })).toString('base64url')
}

/** Throws 400 for anything that {@link writeContinueToken} did not write. */
export function readContinueToken(token: string): Continuation {
  try {
    const read = JSON.parse(Buffer.from(token, 'base64url').toString()) as Readonly<Record<string, unknown>> | null
    const { v, rv, ns, name } = read ?? {}
    if (v === 'meta.k8s.io/v1' && Number.isSafeInteger(rv) && Number(rv) > 0 && typeof ns === 'string' && typeof name === 'string') {
      return { revision: rv as number, after: { namespace: ns, name } }
    }
  } catch {
    // Not JSON: the same answer as for JSON of another shape.
  }
  throw badRequest('continue key is not valid')
}
