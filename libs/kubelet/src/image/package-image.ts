/** What a package directory runs: `image.json`, else `package.json`. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { errorText } from '@knative-ts/kube'
import type { ImageConfig } from './local-image.ts'

/** The directory is no image; the message says what is wrong with which file. */
export class PackageError extends Error {}

const asAnybody = { user: '', stopSignal: 'SIGTERM' } as const

/** Reads how the package in `directory` is run. `nodeBinary` runs `.js`, `.mjs` and `.cjs` files. Throws {@link PackageError}. */
export function readPackage(directory: string, nodeBinary: string): ImageConfig {
  const image = readJson(join(directory, 'image.json'))
  if (image !== undefined) return fromImageJson(image, directory, nodeBinary)
  const manifest = readJson(join(directory, 'package.json'))
  const run = (entrypoint: readonly string[]): ImageConfig => ({
    entrypoint,
    cmd: [],
    env: {},
    workingDir: directory,
    ...asAnybody
  })
  const start = (manifest?.scripts as Record<string, unknown> | undefined)?.start
  if (typeof start === 'string') return run(startScript(start, directory, nodeBinary))
  const file = entryFile(manifest, directory)
  if (file !== undefined) return run(commandFor(file, nodeBinary))
  throw new PackageError(
    `package directory ${directory} names nothing to run: give it an image.json with "entrypoint", or a package.json with "scripts.start", "main" or "bin"`
  )
}

function fromImageJson(image: Record<string, unknown>, directory: string, nodeBinary: string): ImageConfig {
  const file = join(directory, 'image.json')
  const entrypoint = strings(image.entrypoint, file, 'entrypoint')
  const cmd = strings(image.cmd, file, 'cmd')
  if (entrypoint.length + cmd.length === 0) throw new PackageError(`${file}: "entrypoint" or "cmd" must name a program`)
  const env = image.env ?? {}
  if (typeof env !== 'object' || Object.values(env as object).some((value) => typeof value !== 'string')) {
    throw new PackageError(`${file}: "env" must be an object of strings`)
  }
  const workingDir = image.workingDir ?? '.'
  if (typeof workingDir !== 'string') throw new PackageError(`${file}: "workingDir" must be a string`)
  const head = entrypoint.length > 0 ? entrypoint : cmd
  const first = commandFor(join(directory, head[0] as string), nodeBinary, head[0] as string)
  const whole = [...first, ...head.slice(1)]
  return {
    entrypoint: entrypoint.length > 0 ? whole : [],
    cmd: entrypoint.length > 0 ? cmd : whole,
    env: env as Record<string, string>,
    workingDir: isAbsolute(workingDir) ? workingDir : join(directory, workingDir),
    ...asAnybody
  }
}

/** `node file` without a shell where the script is that simple: a shell between costs a start and swallows signals. */
function startScript(script: string, directory: string, nodeBinary: string): string[] {
  const simple = /^node((?:\s+--?[\w:=./-]+)*)\s+([\w./-]+)((?:\s+[\w./:=-]+)*)$/.exec(script.trim())
  if (simple === null) return ['/bin/sh', '-c', `exec ${script}`]
  const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter((word) => word !== '')
  return [nodeBinary, ...words(simple[1]), join(directory, simple[2] as string), ...words(simple[3])]
}

function entryFile(manifest: Record<string, unknown> | undefined, directory: string): string | undefined {
  const bin = manifest?.bin
  const named = [manifest?.main, typeof bin === 'object' && bin !== null ? Object.values(bin)[0] : bin].filter(
    (each) => typeof each === 'string'
  )
  for (const name of [...named, 'main.mjs', 'index.mjs', 'main.js', 'index.js', 'server.js', 'server.mjs']) {
    const file = join(directory, name)
    if (existsSync(file) && statSync(file).isFile()) return file
  }
  return undefined
}

function commandFor(file: string, nodeBinary: string, word = file): string[] {
  if (/\.[mc]?js$/.test(file) && existsSync(file)) return [nodeBinary, file]
  if (word === 'node') return [nodeBinary]
  return [existsSync(file) ? file : word]
}

function strings(value: unknown, file: string, field: string): string[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value as string[]
  throw new PackageError(`${file}: "${field}" must be an array of strings`)
}

function readJson(file: string): Record<string, unknown> | undefined {
  if (!existsSync(file)) return undefined
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (error) {
    throw new PackageError(`${file}: ${errorText(error)}`)
  }
  throw new PackageError(`${file}: must hold a JSON object`)
}
