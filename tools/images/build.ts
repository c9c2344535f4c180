/** From apps to images: the layers that all share, and on them one of each app's own. */
import type { Architecture } from './architecture.ts'
import type { Cache } from './cache.ts'
import { type App, readApp } from './contents/app.ts'
import { appLayer } from './contents/app-layer.ts'
import { baseLayer } from './contents/base-layer.ts'
import { nodeLayer } from './contents/node-layer.ts'
import { timeOf } from './contents/sbom.ts'
import type { Mirrors } from './debian/mirrors.ts'
import type { Layer } from './layer.ts'
import type { Lock } from './lock.ts'
import { type Image, imageOf, platformImage } from './oci/image.ts'
import type { Provenance } from './provenance.ts'
import type { BaseImage } from './registry/base-image.ts'

export interface Build {
  /** The repository, with `dist/apps` built. */
  readonly root: string
  readonly lock: Lock
  readonly provenance: Provenance
  readonly base: BaseImage | undefined
  /** Asked only for what the cache does not have. */
  readonly mirrors: () => Promise<Mirrors>
  readonly cache: Cache
}

/** What is below the apps' own layers, for one architecture. */
interface Ground {
  readonly architecture: Architecture
  readonly layers: readonly Layer[]
  readonly env: readonly string[]
}

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** One heap of malloc's for all threads: each thread would keep what it has freed in one of its own, 5 MiB and more a process. */
const forNode = ['NODE_ENV=production', 'MALLOC_ARENA_MAX=1']

/** Images of the apps of these names. */
export function buildImages(names: readonly string[], architectures: readonly Architecture[], build: Build): Promise<Image[]> {
  const apps = names.map((name) => readApp(build.root, name))
  return imagesOf(apps, architectures, build)
}

/** Images of what is there: apps, or programs of users. */
export async function imagesOf(apps: readonly App[], architectures: readonly Architecture[], build: Build): Promise<Image[]> {
  const grounds: Ground[] = []
  for (const architecture of architectures) grounds.push(await groundFor(architecture, build))
  const images: Image[] = []
  for (const app of apps) images.push(await imageFor(app, grounds, build))
  return images
}

async function groundFor(architecture: Architecture, { lock, base, mirrors, cache }: Build): Promise<Ground> {
  const node = await nodeLayer(lock, architecture, cache)
  if (base === undefined) {
    const lowest = await baseLayer(lock, architecture, mirrors, cache)
    // Node has certificates of its own; these are for NODE_USE_SYSTEM_CA=1, and for whoever mounts others in their place.
    return { architecture, layers: [lowest, node], env: [path, 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt', ...forNode] }
  }
  const { layers, env } = await base.layersFor(architecture)
  const ours = [path, ...forNode].filter((each) => !env.some((other) => other.startsWith(each.replace(/=.*/, '='))))
  return { architecture, layers: [...layers, node], env: [...env, ...ours] }
}

async function imageFor(app: App, grounds: readonly Ground[], build: Build): Promise<Image> {
  const { lock, base, provenance, cache, root } = build
  const labels = labelsOf(app, build)
  const platforms = []
  for (const { architecture, layers, env } of grounds) {
    const own = await appLayer({ app, architecture, lock, base, epoch: provenance.epoch }, root, cache)
    const command = app.command === undefined ? {} : { command: app.command }
    const description = {
      architecture,
      layers: [...layers, own],
      labels,
      env: [...env, ...(app.env ?? [])],
      created: timeOf(provenance.epoch),
      ...command
    }
    platforms.push(platformImage(description, labels, cache))
  }
  return imageOf(app.name, platforms, labels, cache)
}

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
function labelsOf({ name, description, version }: App, { provenance, base }: Build): Record<string, string> {
  const label = (key: string, value: string | undefined): Record<string, string> =>
    value === undefined ? {} : { [`org.opencontainers.image.${key}`]: value }
  return {
    ...label('title', `knative-ts ${name}`),
    ...label('description', description),
    ...label('version', version),
    ...label('revision', provenance.revision),
    ...label('created', timeOf(provenance.epoch)),
    ...label('licenses', 'Apache-2.0'),
    ...label('vendor', 'knative-ts'),
    ...label('base.name', base?.name),
    ...label('base.digest', base?.digest)
  }
}
