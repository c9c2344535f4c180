import { probeAgent } from './probe-agent.ts'

/** GET over TLS; true for 200 to 399 within `timeoutMs`. Never rejects. Whose the certificate is does not matter, as for the kubelet: it is this very pod. */
export async function answersOverTls(
  address: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number
): Promise<boolean> {
  // Loaded by those few who need it: it takes its time at a cold start.
  const { get } = await import('node:https')
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
      resolve(statusCode >= 200 && statusCode < 400)
      request.destroy()
    })
    // Whatever the reason, an application that does not answer is not ready.
    request.on('error', () => resolve(false))
  })
}
