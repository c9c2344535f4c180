import { get } from 'node:http'
import type { EndpointSlice } from '@knative-ts/api/kubernetes'

/** Milliseconds that the activator may take to say that it is in the path. */
const timeoutMs = 1_000

/**
 * Asks whether requests of a revision reach an activator: GET /healthz with `K-Network-Probe: activator` at an address behind its public
 * Service must answer `activator` (reference 3.6, step 5). False also when nobody answers.
 */
export function probeActivator(slices: readonly EndpointSlice[]): Promise<boolean> {
  const address = addressOf(slices)
  if (address === undefined) return Promise.resolve(false)
  return new Promise((resolve) => {
    const headers = { 'user-agent': 'Knative-Autoscaling-Probe', 'k-network-probe': 'activator' }
    const request = get(`http://${address}/healthz`, { timeout: timeoutMs, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve(response.statusCode === 200 && body === 'activator'))
      response.on('error', () => resolve(false))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

function addressOf(slices: readonly EndpointSlice[]): string | undefined {
  for (const slice of slices) {
    const port = slice.ports?.find(({ name }) => name === 'http' || name === 'http2')?.port
    const address = slice.endpoints?.find(({ conditions }) => conditions?.ready !== false)?.addresses[0]
    if (port !== undefined && address !== undefined) return `${address}:${port}`
  }
  return undefined
}
