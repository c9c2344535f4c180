/** A registry on loopback with images that a test makes. It knows tags, digests, ranges, and one name and password. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ArchivedBlob, type ImageToArchive, imageBlobs } from './image-archive.ts'

export interface ImageRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string
  /** `METHOD /path` of each request that was let in. */
  readonly asked: string[]
  /** Puts images there under `repository:tag`; several are platforms of one. Gives the digest of what the tag stands for. */
  push(name: string, images: readonly Omit<ImageToArchive, 'name'>[]): string
  /** Wants `me` and this password from now on. */
  lock(password: string): void
  /** Does something else with a request; true when it has answered. */
  meddle: (request: IncomingMessage, response: ServerResponse) => boolean
  contentOf(digest: string): Buffer
  close(): Promise<void>
}

export async function imageRegistry(): Promise<ImageRegistry> {
  const blobs = new Map<string, Buffer>()
  const tags = new Map<string, ArchivedBlob>()
  const manifests = new Map<string, ArchivedBlob>()
  let expected: string | undefined
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (expected !== undefined && request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"', 'content-type': 'application/json' })
      return void response.end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}')
    }
    registry.asked.push(`${request.method} ${request.url}`)
    if (registry.meddle(request, response)) return
    const [, repository = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? '') ?? []
    const manifest = kind === 'manifests' ? (tags.get(`${repository}:${reference}`) ?? manifests.get(reference)) : undefined
    const content = blobs.get(manifest?.digest ?? reference)
    if (content === undefined || (kind === 'manifests' && manifest === undefined)) {
      response.writeHead(404, { 'content-type': 'application/json' })
      return void response.end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}')
    }
    if (manifest !== undefined) response.setHeader('docker-content-digest', manifest.digest).setHeader('content-type', manifest.mediaType)
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (from > 0) {
      response.statusCode = 206
      response.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`)
    }
    response.setHeader('content-length', content.length - from)
    response.end(request.method === 'HEAD' ? undefined : content.subarray(from))
  }
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const registry: ImageRegistry = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    meddle: () => false,
    push(name, images) {
      const made = imageBlobs(
        images.map((image) => ({ ...image, name: '' })),
        images.length > 1 ? { index: name } : {}
      )
      for (const [digest, content] of made.blobs) {
        blobs.set(digest, content)
        const { mediaType } = mediaTypeOf(content)
        if (mediaType !== undefined) manifests.set(digest, { mediaType, digest, size: content.length })
      }
      const top = made.top[0] as ArchivedBlob
      manifests.set(top.digest, top)
      tags.set(name, top)
      return top.digest
    },
    lock(password) {
      expected = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`
    },
    contentOf(digest) {
      const content = blobs.get(digest)
      if (content === undefined) throw new Error(`the registry has no blob ${digest}`)
      return content
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
  return registry
}

/** Manifests are told from other blobs by what they have. */
function mediaTypeOf(content: Buffer): { readonly mediaType?: string } {
  if (content[0] !== 0x7b) return {}
  const { layers } = JSON.parse(content.toString('utf8')) as { layers?: unknown }
  return layers === undefined ? {} : { mediaType: 'application/vnd.oci.image.manifest.v1+json' }
}
