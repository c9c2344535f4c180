import { ApiError, type Status } from './api-error.ts'

/** The ApiError of an answer with a code of 400 or more; proxies in between answer text instead of a Status. */
export function apiErrorOf(code: number, body: string, call: string): ApiError {
  const parsed = parse(body)
  if (parsed !== undefined) return new ApiError({ ...parsed, code: parsed.code ?? code })
  const message = `${call}: HTTP ${code}${body === '' ? '' : `: ${body.slice(0, 500)}`}`
  return new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: reasons[code] ?? '', code })
}

/** Kubernetes' words for the codes that an answer without a Status may carry. */
const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout'
}

function parse(body: string): Status | undefined {
  if (!body.startsWith('{')) return undefined
  try {
    const value = JSON.parse(body) as Partial<Status>
    return value.kind === 'Status' ? (value as Status) : undefined
  } catch {
    // Not JSON after all: the text itself becomes the message.
    return undefined
  }
}
