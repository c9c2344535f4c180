/** The unpacked layers of a store. A layer is kept by what it is and what it lies on (the specification's ChainID), and is there whole or not at all. */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Launcher } from '../../isolation/launcher/launcher.ts'
import type { Blobs } from './blobs.ts'
import { decompressed } from './decompress.ts'
import { openLayer } from './layer-tree.ts'
import { LayerWriter } from './layer-writer.ts'
import { NodeWriter } from './node-writer.ts'
import { type Descriptor, ImageError } from './oci.ts'

/** One layer and its place. */
export interface ChainedLayer {
  /** Directory below that of the layers: short, because an overlay's list of layers must fit a page. */
  readonly name: string
  /** Of the blob, which may be compressed. */
  readonly blob: string
  /** Of the archive in it. */
  readonly diffId: string
}

/** Hexadecimal digits of a ChainID that name a layer: 64 bits. */
const nameLength = 16

export class Unpacker {
  readonly directory: string
  readonly #launcher: Launcher

  constructor(root: string, launcher: Launcher) {
    this.directory = join(root, 'layers')
    this.#launcher = launcher
    mkdirSync(this.directory, { recursive: true })
  }

  /** The layers of an image, the lowest first. Throws {@link ImageError} when manifest and configuration disagree. */
  chainOf(layers: readonly Descriptor[], diffIds: readonly string[]): ChainedLayer[] {
    if (layers.length !== diffIds.length)
      throw new ImageError(`the image has ${layers.length} layers, and its configuration ${diffIds.length}`)
    let chain = ''
    return layers.map(({ digest }, index) => {
      const diffId = diffIds[index] as string
      chain = chain === '' ? diffId : `sha256:${createHash('sha256').update(`${chain} ${diffId}`).digest('hex')}`
      return { name: chain.slice('sha256:'.length).slice(0, nameLength), blob: digest, diffId }
    })
  }

  has(name: string): boolean {
    return existsSync(join(this.directory, name))
  }

  /** True when a container of this machine has the topmost layer mounted. */
  isInUse(chain: readonly ChainedLayer[]): boolean {
    const top = chain.at(-1)?.name
    return top !== undefined && overlays().some((options) => options.includes(`lowerdir=${top}:`) || options.includes(`lowerdir=${top},`))
  }

  /** Unpacks what is not yet. The caller holds the store's lock. */
  async unpack(chain: readonly ChainedLayer[], blobs: Blobs): Promise<void> {
    for (const [index, layer] of chain.entries()) {
      if (this.has(layer.name)) continue
      const below = chain
        .slice(0, index)
        .toReversed()
        .map(({ name }) => openLayer(join(this.directory, name)))
      const temporary = join(this.directory, `.incoming-${randomUUID()}`)
      mkdirSync(temporary)
      try {
        const hash = createHash('sha256')
        const writer = new LayerWriter(temporary, below, new NodeWriter(this.#launcher))
        const opaque = await writer.unpack(hashed(decompressed(blobs.read(layer.blob)), hash), `layer ${layer.blob}`)
        const digest = `sha256:${hash.digest('hex')}`
        if (digest !== layer.diffId)
          throw new ImageError(`layer ${layer.blob} should unpack to ${layer.diffId} and is ${digest}: it is damaged`)
        if (opaque.length > 0) writeFileSync(join(this.directory, `${layer.name}.opaque`), JSON.stringify(opaque))
        renameSync(temporary, join(this.directory, layer.name))
      } catch (error) {
        rmSync(temporary, { recursive: true, force: true })
        throw error
      }
    }
  }

  /** Removes all layers but those, and what was being unpacked when somebody was killed. The caller holds the store's lock. */
  removeAllBut(names: ReadonlySet<string>): void {
    for (const name of readdirSync(this.directory)) {
      if (!names.has(name.replace(/\.opaque$/, ''))) rmSync(join(this.directory, name), { recursive: true, force: true })
    }
  }
}

/** Lines of the overlays that processes of this machine see; each container has mounts of its own. */
function overlays(): string[] {
  const seen = new Set<string>()
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const namespace = readlinkSync(`/proc/${pid}/ns/mnt`)
        if (seen.has(namespace)) return []
        seen.add(namespace)
        return readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
          .split('\n')
          .filter((line) => line.includes(' - overlay '))
      } catch {
        // It has just ended.
        return []
      }
    })
}

async function* hashed(source: AsyncIterable<Buffer>, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  for await (const part of source) {
    hash.update(part)
    yield part
  }
}
