/** A chart as helm fetches it: one archive, the same bytes for the same commit, whose values name the images of the release by digest. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parseDocument } from 'yaml'
import { fileOf } from '../images/entry.ts'
import { tarOf } from '../images/tar.ts'
import { ReleaseError } from './failure.ts'

/** What the values of a packaged chart say of images. */
export interface PinnedImages {
  /** `REGISTRY/PREFIX`; undefined leaves what the chart's sources say. */
  readonly registry: string | undefined
  /** Image name to `sha256:…`. */
  readonly digests: Readonly<Record<string, string>>
}

/**
 * The archive of the chart in `directory`, its files below the chart's name, in the order of their paths, with the time given. `values.yaml` of the
 * chart that has `image.digests` (the chart itself or a part below charts/) names the images; comments in it stay. Throws {@link ReleaseError} where no chart does.
 */
export async function packageChart(directory: string, images: PinnedImages, epochSeconds: number): Promise<Buffer> {
  const name = (parseDocument(readFileSync(join(directory, 'Chart.yaml'), 'utf8')).toJS() as { name: string }).name
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .toSorted()
  let pinned = 0
  const entries = paths.map((path) => {
    const content = readFileSync(join(directory, path))
    const changed = basename(path) === 'values.yaml' ? pin(content.toString('utf8'), images) : undefined
    if (changed !== undefined) pinned++
    return fileOf(`${name}/${path}`, changed ?? content)
  })
  if (pinned === 0) throw new ReleaseError(`${directory}: no values.yaml has image.digests, where the release's images belong`)
  const chunks: Buffer[] = []
  // helm wants Chart.yaml first, where it looks for a chart's name without reading all of it.
  const first = (path: string): number => (path === `${name}/Chart.yaml` ? 0 : 1)
  const ordered = entries.toSorted((a, b) => first(a.path) - first(b.path))
  for await (const chunk of tarOf(ordered, epochSeconds)) chunks.push(chunk)
  return gzipSync(Buffer.concat(chunks), { level: 9 })
}

function pin(text: string, { registry, digests }: PinnedImages): string | undefined {
  const values = parseDocument(text)
  if (!values.hasIn(['image', 'digests'])) return undefined
  if (registry !== undefined) values.setIn(['image', 'registry'], registry)
  values.setIn(['image', 'digests'], values.createNode(digests))
  return values.toString({ lineWidth: 0 })
}
