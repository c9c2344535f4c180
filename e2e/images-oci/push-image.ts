/** Puts an image that a test makes into a registry. */
import { type ImageToArchive, imageBlobs } from '../../libs/kubelet/src/testing/image-archive.ts'

/** Where it goes, and as whom; `headers` are of each request. */
export interface PushTarget {
  readonly host: string
  readonly repository: string
  readonly tag: string
  readonly headers: Readonly<Record<string, string>>
}

/** Pushes one image and gives the digest of its manifest. */
export async function pushImage({ host, repository, tag, headers }: PushTarget, image: Omit<ImageToArchive, 'name'>): Promise<string> {
  const { blobs, top } = imageBlobs([{ ...image, name: '' }])
  const [manifest] = top
  if (manifest === undefined) throw new Error('an image has a manifest')
  const root = `http://${host}/v2/${repository}`
  for (const [digest, content] of blobs) {
    if (digest === manifest.digest) continue
    const begun = await expected(202, fetch(`${root}/blobs/uploads/`, { method: 'POST', headers }))
    const to = new URL(begun.headers.get('location') ?? '', root)
    to.searchParams.set('digest', digest)
    const type = { 'content-type': 'application/octet-stream' }
    await expected(201, fetch(to, { method: 'PUT', headers: { ...headers, ...type }, body: new Uint8Array(content) }))
  }
  const body = new Uint8Array(blobs.get(manifest.digest) as Buffer)
  const type = { 'content-type': manifest.mediaType }
  await expected(201, fetch(`${root}/manifests/${tag}`, { method: 'PUT', headers: { ...headers, ...type }, body }))
  return manifest.digest
}

async function expected(status: number, asked: Promise<Response>): Promise<Response> {
  const answer = await asked
  if (answer.status !== status) throw new Error(`${answer.url}: ${answer.status} instead of ${status}: ${await answer.text()}`)
  return answer
}
