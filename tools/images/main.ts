/** `npm run images`: see {@link usage}. */
import { join, resolve } from 'node:path'
import { deployables, ensureBuilt, root } from '../build/freshness.mjs'
import { imagesOf } from './build.ts'
import { Cache, cacheDirectory } from './cache.ts'
import { type App, chooseApps, readApp } from './contents/app.ts'
import { programsIn, readProgram } from './contents/program.ts'
import { findMirrors, type Mirrors } from './debian/mirrors.ts'
import { pinnedNode, updateLock } from './debian/update-lock.ts'
import { ImagesError } from './failure.ts'
import { readLock } from './lock.ts'
import { type NamedImage, writeLayout, writeLayouts } from './oci/layout.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { provenanceOf } from './provenance.ts'
import { openBaseImage } from './registry/base-image.ts'
import { push } from './registry/push.ts'
import { Registries } from './registry/registries.ts'
import { summaryOf } from './summary.ts'

/** How long the cache keeps what no build uses: a month, in milliseconds. */
const keptFor = 30 * 86_400_000

try {
  await main(parseOptions(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof ImagesError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

async function main(options: Options): Promise<void> {
  if (options.help) return console.log(usage)
  let found: Promise<Mirrors> | undefined
  const mirrors = (): Promise<Mirrors> => (found ??= findMirrors(options.mirrors))
  if (options.update) return update(await mirrors(), options.lock)
  const apps = await contentsOf(options)
  const tag = options.tag ?? (apps[0] as App).version
  const lock = readLock(options.lock)
  const cache = new Cache(cacheDirectory(process.env))
  cache.sweep(new Date(Date.now() - keptFor))
  const registries = new Registries({ env: process.env, plainHttp: options.plainHttp })
  const provenance = await provenanceOf(root, process.env)
  const base = options.base === undefined ? undefined : await openBaseImage(options.base, registries, cache)
  const images = await imagesOf(apps, options.architectures, { root, lock, provenance, base, mirrors, cache })
  const named = images.map((image): NamedImage => ({ image, name: `${prefixOf(options)}/${image.name}:${tag}` }))
  for (const line of summaryOf(images)) console.log(line)
  if (options.out !== undefined) {
    for (const { image, name } of named) {
      const file = join(resolve(options.out), `${image.name}.tar`)
      await writeLayout(image, name, file, provenance.epoch, cache)
      console.log(file)
    }
  }
  if (options.archive !== undefined) {
    await writeLayouts(named, resolve(options.archive), provenance.epoch, cache)
    console.log(resolve(options.archive))
  }
  if (options.push !== undefined) for (const name of await push(images, tag, options.push, registries, cache)) console.log(name)
}

/** The apps, bundled anew where their sources changed, or the programs that are asked for. */
async function contentsOf({ apps, programs, build }: Options): Promise<App[]> {
  if (programs.length > 0) {
    const read: App[] = []
    for (const directory of programs.flatMap(programsIn)) read.push(await readProgram(directory))
    return read
  }
  const names = chooseApps(apps, deployables())
  if (build) await ensureBuilt()
  return names.map((name) => readApp(root, name))
}

/** What an image in a tar is called: as where it is pushed to, or as standalone's own names are. */
function prefixOf({ push: destination, programs }: Options): string {
  if (destination === undefined) return programs.length > 0 ? 'dev.local' : 'dev.local/knative-ts'
  return [destination.host, destination.prefix].filter((each) => each !== '').join('/')
}

async function update(mirrors: Mirrors, file: string): Promise<void> {
  const { suite, debian, node } = await updateLock(mirrors, await pinnedNode(root), new Date(), file)
  console.log(`Debian ${suite}: ${debian.amd64.map(({ name, version }) => `${name} ${version}`).join(', ')}; Node ${node.version}`)
}
