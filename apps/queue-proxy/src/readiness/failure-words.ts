/** What a probe found, for people: it ends up in the condition of a Service. */

/** Undefined for an answer that is as a probe wants it: 200 to 399. */
export function judged(what: string, status: number): string | undefined {
  if (status >= 200 && status < 400) return undefined
  return `${what} answered ${status}`
}

/** It came to no answer. */
export function failed(what: string, error: unknown, timeoutMs: number): string {
  const { name = '', code = '', message = String(error) } = error as { name?: string; code?: string; message?: string }
  const inTime = !(code === 'connect-timeout' || name === 'TimeoutError' || name === 'AbortError' || code === 'ABORT_ERR')
  return inTime ? `${what}: ${message === '' ? code : message}` : late(what, timeoutMs)
}

/** It took too long. */
export const late = (what: string, timeoutMs: number): string => `${what} did not answer within ${timeoutMs / 1000} s`
