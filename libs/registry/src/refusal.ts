import { STATUS_CODES } from 'node:http'
import { bytesOf } from './answer-body.ts'
import { placeOf } from './connection-problem.ts'
import { RegistryError, type RegistryProblem } from './registry-error.ts'
import type { Answer } from './transport.ts'

/** One error of a registry's list. */
export interface RegistryRefusal {
  readonly code: string
  readonly message: string
}

const longestWords = 300

/** The errors that a registry lists in its answer (distribution specification, Error Codes); none where it speaks otherwise. Reads the body. */
export async function refusalsIn(answer: Answer): Promise<RegistryRefusal[]> {
  // An answer that is not to be understood is still an answer: its status says the most.
  const text = await bytesOf(answer).then(
    (bytes) => bytes.toString('utf8'),
    () => ''
  )
  try {
    const { errors } = JSON.parse(text) as { errors?: readonly { code?: unknown; message?: unknown }[] }
    return (errors ?? []).map(({ code, message }) => ({ code: String(code ?? ''), message: String(message ?? '').slice(0, longestWords) }))
  } catch {
    return []
  }
}

/** What was asked and what came, as go-containerregistry words it: `GET https://...: unexpected status code 404 Not Found: CODE: message`. */
export function statusWords(method: string, { url, status }: Answer, refusals: readonly RegistryRefusal[]): string {
  const said = refusals.map(({ code, message }) => `: ${[code, message].filter((word) => word !== '').join(': ')}`).join('')
  return `${method} ${placeOf(url)}: unexpected status code ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd() + said
}

/** An answer of no use: `what` says what follows from it. Reads the body. */
export async function refusal(answer: Answer, method: string, what: string): Promise<RegistryError> {
  const words = statusWords(method, answer, await refusalsIn(answer))
  const problem: RegistryProblem = answer.status === 429 || answer.status >= 500 ? 'unavailable' : 'invalid'
  return new RegistryError(problem, `${words}; ${what}`, { status: answer.status })
}
