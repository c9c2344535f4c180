/** The npm packages whose code is in a bundle, as its source maps tell: they name every file that something of which was kept. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ImagesError } from '../failure.ts'

export interface BundledPackage {
  readonly name: string
  readonly version: string
  /** As package.json has it, an SPDX expression more often than not; '' when it has none. */
  readonly license: string
  /** Texts of the licence and notice files. */
  readonly texts: readonly string[]
}

export function bundledPackages(maps: readonly string[]): BundledPackage[] {
  const directories = new Set(maps.flatMap((map) => directoriesIn(map)))
  return [...directories].map(readPackage).toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1))
}

function directoriesIn(map: string): string[] {
  const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: readonly (string | null)[] }
  return sources.flatMap((source) => {
    const found = source === null ? undefined : packageDirectory(resolve(dirname(map), source))
    return found === undefined ? [] : [found]
  })
}

/** `.../node_modules/@scope/name` of a file in it; the innermost one, when packages have packages of their own. */
export function packageDirectory(file: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0]
}

function readPackage(directory: string): BundledPackage {
  const manifest = join(directory, 'package.json')
  if (!existsSync(manifest)) throw new ImagesError(`the bundle was built with ${directory}, which is gone: npm ci, and build again`)
  const { name, version, license } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string; version: string; license?: unknown }
  const files = readdirSync(directory, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && /^(licen[cs]e|copying|notice)/i.test(entry.name) && !/\.(js|ts|json)$/.test(entry.name)
  )
  const texts = files
    .map((entry) => entry.name)
    .toSorted()
    .map((file) => readFileSync(join(directory, file), 'utf8'))
  return { name, version, license: typeof license === 'string' ? license : '', texts }
}
