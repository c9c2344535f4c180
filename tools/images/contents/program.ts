/** A user's program as standalone runs it, made into an image: its package directory below /app, and what it imports of npm bundled into its entry. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative, resolve } from 'node:path'
import { PackageError, readPackage } from '@knative-ts/kubelet'
import { root } from '../../build/freshness.mjs'
import { outputOf } from '../command.ts'
import { type Entry, fileOf } from '../entry.ts'
import { ImagesError } from '../failure.ts'
import type { App } from './app.ts'
import { type BundledPackage, bundledPackages } from './bundled-packages.ts'

const node = '/usr/local/bin/node'
const manifests = ['package.json', 'image.json']
const isPackage = (directory: string): boolean => manifests.some((name) => existsSync(join(directory, name)))

/** The directory itself where it is a package, else those in it that are. Throws {@link ImagesError} when there is none. */
export function programsIn(directory: string): string[] {
  const whole = resolve(directory)
  if (!existsSync(whole) || !statSync(whole).isDirectory()) throw new ImagesError(`--program ${directory}: there is no such directory`)
  if (isPackage(whole)) return [whole]
  const found = readdirSync(whole).map((name) => join(whole, name))
  const programs = found.filter((each) => statSync(each).isDirectory() && isPackage(each)).toSorted()
  if (programs.length === 0)
    throw new ImagesError(`--program ${directory}: neither it nor a directory in it has a package.json or image.json`)
  return programs
}

/** Reads a package directory; its name is the image's. Throws {@link ImagesError} where it says nothing that could run in an image. */
export async function readProgram(directory: string): Promise<App> {
  const name = basename(directory)
  const { command, env, entry } = runOf(directory)
  const { version = '0.0.0', description = '' } = manifestOf(directory)
  const files = filesIn(directory).map((file) => fileOf(`app/${relative(directory, file)}`, readFileSync(file), modeOf(file)))
  const bundled = entry === undefined ? undefined : await bundleOf(join(directory, entry))
  const entries: Entry[] = bundled === undefined ? files : [...files, fileOf(`app/${entry}`, bundled.code)]
  return { name, version, description, entries, packages: bundled?.packages ?? [], command, env }
}

interface Run {
  readonly command: readonly string[]
  readonly env: readonly string[]
  /** Path of the Node program in the directory, where it is one. */
  readonly entry: string | undefined
}

function runOf(directory: string): Run {
  try {
    const { entrypoint, cmd, env } = readPackage(directory, node)
    const words = [...entrypoint, ...cmd]
    if (words[0] === '/bin/sh')
      throw new ImagesError(`${directory}: its start script needs a shell, and the image has none: name a program`)
    const command = words.map((word) => (word.startsWith(`${directory}/`) ? `/app/${relative(directory, word)}` : word))
    const entry = words[0] === node ? words.find((word) => word.startsWith(`${directory}/`)) : undefined
    const variables = Object.entries(env).map(([variable, value]) => `${variable}=${value}`)
    return { command, env: variables, entry: entry === undefined ? undefined : relative(directory, entry) }
  } catch (error) {
    if (error instanceof PackageError) throw new ImagesError(error.message)
    throw error
  }
}

function manifestOf(directory: string): { readonly version?: string; readonly description?: string } {
  const file = join(directory, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version?: string; description?: string }) : {}
}

const modeOf = (file: string): number => ((statSync(file).mode & 0o111) === 0 ? 0o644 : 0o755)

function filesIn(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).filter(({ name }) => name !== 'node_modules')
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name)
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : []
  })
}

/** One file with everything that the entry imports. */
async function bundleOf(entry: string): Promise<{ readonly code: Buffer; readonly packages: readonly BundledPackage[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'program-'))
  try {
    const file = join(directory, basename(entry))
    // A process of its own: the bundler leaves a gigabyte behind.
    await outputOf(process.execPath, [join(root, 'tools/build/bundle.mjs'), '--input', entry, '--out', file])
    return { code: readFileSync(file), packages: bundledPackages([`${file}.map`]) }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
