/** An app as its build left it: the files of its bundle, and who it is. */
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, fileOf } from '../entry.ts'
import { ImagesError } from '../failure.ts'
import { type BundledPackage, bundledPackages } from './bundled-packages.ts'

export interface App {
  readonly name: string
  readonly description: string
  readonly version: string
  /** Below app/ in the image; without the source maps, which are three quarters of a bundle. */
  readonly entries: readonly Entry[]
  readonly packages: readonly BundledPackage[]
  /** What runs; by default Node with app/main.mjs. */
  readonly command?: readonly string[]
  /** Variables of its own, `NAME=value`. */
  readonly env?: readonly string[]
}

/** Standalone is one machine's whole platform, with a node agent that wants to be root: what nobody runs in a container is not made into an image. */
const noImages = ['standalone']

/** Which apps are to be images; all of them when none is named. */
export function chooseApps(named: readonly string[], built: readonly string[]): string[] {
  const possible = built.filter((name) => !noImages.includes(name)).toSorted()
  for (const name of named)
    if (!possible.includes(name)) throw new ImagesError(`there is no image of "${name}": the apps are ${possible.join(', ')}`)
  return named.length === 0 ? possible : possible.filter((name) => named.includes(name))
}

/** Reads `dist/apps/NAME` below `root`. */
export function readApp(root: string, name: string): App {
  const directory = join(root, 'dist/apps', name)
  if (!existsSync(join(directory, 'main.mjs'))) throw new ImagesError(`${directory} has no main.mjs: npx nx build ${name}`)
  const { version, description, scripts } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map(({ parentPath, name: file }) => join(parentPath, file)).toSorted()
  const maps = paths.filter((path) => path.endsWith('.mjs.map'))
  const shipped = paths.filter((path) => !maps.includes(path))
  const entries = shipped.map((path) => fileOf(`app/${path.slice(directory.length + 1)}`, readFileSync(path)))
  return { name, version, description, entries, packages: bundledPackages(maps), command: commandOf(scripts?.start ?? 'node main.mjs') }
}

interface Manifest extends Pick<App, 'version' | 'description'> {
  /** `node [FLAGS] main.mjs`, as the build writes it. */
  readonly scripts?: { readonly start: string }
}

function commandOf(start: string): readonly string[] {
  const [, ...words] = start.split(' ')
  return ['/usr/local/bin/node', ...words.map((word) => (word === 'main.mjs' ? '/app/main.mjs' : word))]
}
