/** The middle layer: Node's binary as its project releases it, from the npm package that this repository pins. */
import { createReadStream, readdirSync } from 'node:fs'
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { errorText } from '@knative-ts/kube'
import { extract } from 'tar-stream'
import type { Architecture } from '../architecture.ts'
import { type Cache, WrongDigest } from '../cache.ts'
import { outputOf } from '../command.ts'
import { type Entry, fileOf } from '../entry.ts'
import { ImagesError } from '../failure.ts'
import { type Layer, layerOf } from '../layer.ts'
import type { Lock } from '../lock.ts'

/** Files of the npm package, and where they go. */
const wanted: Readonly<Record<string, readonly [path: string, mode: number]>> = {
  'package/bin/node': ['usr/local/bin/node', 0o755],
  'package/LICENSE': ['usr/share/doc/node/LICENSE', 0o644]
}

export async function nodeLayer(lock: Lock, architecture: Architecture, cache: Cache): Promise<Layer> {
  const { version } = lock.node
  const tarball = await fetchNode(lock, architecture, cache)
  const entries: Entry[] = []
  for await (const member of createReadStream(tarball).pipe(createGunzip()).pipe(extract())) {
    const parts: Buffer[] = []
    const place = wanted[member.header.name]
    for await (const part of member) if (place !== undefined) parts.push(part as Buffer)
    if (place !== undefined) entries.push(fileOf(place[0], Buffer.concat(parts), place[1]))
  }
  if (entries.length !== Object.keys(wanted).length)
    throw new ImagesError(`npm package ${lock.node[architecture].package}@${version} lacks ${Object.keys(wanted).join(' or ')}`)
  return layerOf(entries, lock.epoch, `Node.js ${version}`, cache)
}

/** Through npm, with whatever registry and credentials it is set up with; what comes must be what the lock says. */
async function fetchNode(lock: Lock, architecture: Architecture, cache: Cache): Promise<string> {
  const { package: name, integrity } = lock.node[architecture]
  const specifier = `${name}@${lock.node.version}`
  const digest = `sha512:${Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex')}`
  try {
    return await cache.download(`${specifier}.tgz`, digest, async (file) => {
      const directory = await mkdtemp(join(tmpdir(), 'node-package-'))
      try {
        await outputOf('npm', ['pack', '--silent', '--prefer-offline', '--pack-destination', directory, specifier])
        const [packed = ''] = readdirSync(directory)
        await move(join(directory, packed), file)
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    })
  } catch (error) {
    if (error instanceof WrongDigest) throw new ImagesError(`${specifier}: ${error.message}, the lock has ${integrity}`)
    throw new ImagesError(`npm cannot fetch ${specifier}: ${errorText(error)}`)
  }
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    // Another file system.
    if (error.code !== 'EXDEV') throw error
    await copyFile(from, to)
  })
}
