/** The digest that a registry has under a tag (OCI Distribution Specification 1.1, pulling manifests), anonymously. */
import { createHash } from 'node:crypto'
import type { ImageReference } from './image-reference.ts'

const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json'
].join(', ')

/** Asks the registry. Rejects with the registry's words; `userAgent` says for whom. */
export async function manifestDigest(reference: ImageReference, userAgent: string, signal: AbortSignal): Promise<string> {
  const host = reference.registry.replace(/:\d+$/, '')
  const scheme = host === 'localhost' || host.endsWith('.localhost') || host.startsWith('127.') ? 'http' : 'https'
  const url = `${scheme}://${reference.registry}/v2/${reference.repository}/manifests/${reference.tag}`
  const headers: Record<string, string> = { accept, 'user-agent': userAgent }
  let answer = await ask('HEAD', url, headers, signal)
  const challenge = answer.headers.get('www-authenticate') ?? ''
  if (answer.status === 401 && /^bearer /i.test(challenge)) {
    headers['authorization'] = `Bearer ${await token(challenge, userAgent, signal)}`
    answer = await ask('HEAD', url, headers, signal)
  }
  if (!answer.ok) throw new Error(`HEAD ${url}: unexpected status code ${answer.status} ${answer.statusText}`.trim())
  const digest = answer.headers.get('docker-content-digest')
  if (digest !== null) return digest
  // Registries may leave the header out: the digest is the hash of the manifest's bytes.
  const manifest = await ask('GET', url, headers, signal)
  if (!manifest.ok) throw new Error(`GET ${url}: unexpected status code ${manifest.status} ${manifest.statusText}`.trim())
  return `sha256:${createHash('sha256')
    .update(Buffer.from(await manifest.arrayBuffer()))
    .digest('hex')}`
}

async function token(challenge: string, userAgent: string, signal: AbortSignal): Promise<string> {
  const parameters = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]))
  const { realm = '', service, scope } = parameters
  const query = new URLSearchParams({ ...(service === undefined ? {} : { service }), ...(scope === undefined ? {} : { scope }) })
  const answer = await ask('GET', `${realm}?${query}`, { 'user-agent': userAgent }, signal)
  if (!answer.ok) throw new Error(`GET ${realm}: unexpected status code ${answer.status} ${answer.statusText}`.trim())
  const body = (await answer.json()) as { token?: string; access_token?: string }
  return body.token ?? body.access_token ?? ''
}

async function ask(method: string, url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { method, headers, signal })
  } catch (error) {
    throw new Error(`${method} ${url}: ${onTheWire(error)}`, { cause: error })
  }
}

/** fetch says "fetch failed" and hides what happened in the cause; several addresses that all failed have only a code. */
function onTheWire(error: unknown): string {
  const { cause = error } = error as { cause?: unknown }
  const { message = '', code = '' } = cause as { message?: string; code?: string }
  return message || code || String(error)
}
