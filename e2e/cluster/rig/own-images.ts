/** Our images for the rig: the apps', and those of the programs that journeys deploy. Their tag tells what is in them: what is there already is not built. */
import { execFile } from 'node:child_process'
import { createHash, type Hash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { appNames } from '@knative-ts/api/system'
import { programsIn } from '../../../tools/images/contents/program.ts'
import { root } from '../../rig/root.ts'
import type { Rig } from './rig.ts'

const apps = appNames.toSorted()
const programs = ['e2e/images', 'samples']

/** What makes images of either kind. */
const makers = ['tools/images', 'tools/build', 'package-lock.json']

/** Builds what the rig lacks and gives it to it. `dist/apps` must be built. Resolves with the apps' tag, and with what programs are called (see imageOf). */
export async function giveImages(rig: Rig, say: (line: string) => void): Promise<{ readonly tag: string; readonly programs: string }> {
  const there = await rig.images()
  const tag = `e2e-${digestOf([...apps.map((name) => `dist/apps/${name}`), ...makers])}`
  if (!apps.every((name) => there.has(`dev.local/knative-ts/${name}:${tag}`))) {
    say('Building and loading the images of the roles ...')
    await build(rig, ['--no-build', '--tag', tag, ...apps])
  }
  const programTag = `e2e-${digestOf([...programs, ...makers])}`
  const named = programs.flatMap((directory) => programsIn(join(root, directory))).map((directory) => basename(directory))
  if (!named.every((name) => there.has(`dev.local/${name}:${programTag}`))) {
    say('Building and loading the images of the programs ...')
    await build(rig, ['--tag', programTag, ...programs.flatMap((directory) => ['--program', directory])])
  }
  return { tag, programs: `dev.local/NAME:${programTag}` }
}

async function build(rig: Rig, args: readonly string[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'images-'))
  try {
    const archive = join(directory, 'all.tar')
    await promisify(execFile)(process.execPath, ['tools/images/main.ts', '--arch', architecture(), '--archive', archive, ...args], {
      cwd: root
    })
    await rig.load(archive)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The rig is this machine. */
function architecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch
}

/** Of all files below these paths of the repository: twelve hexadecimal digits. */
function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) add(path, hash)
  return hash.digest('hex').slice(0, 12)
}

function add(path: string, hash: Hash): void {
  const entries = readdirOrFile(path)
  if (entries === undefined) hash.update(`${path}\0`).update(readFileSync(join(root, path)))
  else for (const name of entries) add(`${path}/${name}`, hash)
}

/** Names in a directory, without tests; undefined for a file. */
function readdirOrFile(path: string): string[] | undefined {
  try {
    return readdirSync(join(root, path))
      .filter((name) => name !== 'node_modules' && !name.endsWith('.spec.ts'))
      .toSorted()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined
    throw error
  }
}
