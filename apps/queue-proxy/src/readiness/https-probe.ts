import { failed, judged } from './failure-words.ts'
import { probeAgent } from './probe-agent.ts'

/**
 * GET over TLS; undefined for 200 to 399 within `timeoutMs`, else what happened. Never rejects. Whose the certificate is does not matter, as for the
 * kubelet: it is this very pod.
 */
export async function overTls(
  address: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number
): Promise<string | undefined> {
  // Loaded by those few who need it: it takes its time at a cold start.
  const { get } = await import('node:https')
  const what = `GET https://${address}${path}`
  const colon = address.lastIndexOf(':')
  const options = {
    host: address.slice(0, colon),
    port: address.slice(colon + 1),
    path,
    headers: { 'User-Agent': probeAgent, ...headers },
    rejectUnauthorized: false,
    agent: false,
    signal: AbortSignal.timeout(timeoutMs)
  }
  return new Promise((resolve) => {
    const request = get(options, ({ statusCode = 0 }) => {
      resolve(judged(what, statusCode))
      request.destroy()
    })
    request.on('error', (error) => resolve(failed(what, error, timeoutMs)))
  })
}
