import { get } from 'node:http'
import { text } from 'node:stream/consumers'

/**
 * Asks the engine behind a socket without its client, which is large: enough to know that it answers, and what it runs. Resolves with the
 * answer's text; rejects when there is none within `withinMs`, or none but a refusal.
 */
export function askEngine(socketPath: string, path: string, withinMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = (): void => void request.destroy(new Error(`no answer within ${withinMs} ms`))
    const timer = setTimeout(late, withinMs)
    // A connection that is kept would keep the process.
    const request = get({ socketPath, path, agent: false }, (response) => {
      text(response)
        .then((answer) => {
          if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${answer}`.trim())
          resolve(answer)
        })
        .catch(reject)
        .finally(() => clearTimeout(timer))
    })
    request.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
  })
}
