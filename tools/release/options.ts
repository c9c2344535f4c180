/** The command line of `npm run release`. */
import { parseArgs } from 'node:util'
import { type Architecture, architectures, parseArchitectures } from '../images/architecture.ts'
import { lockFile } from '../images/lock.ts'
import { type Destination, parseDestination } from '../images/registry/push.ts'
import { ReleaseError } from './failure.ts'

export interface Options {
  /** The version to write into the sources; nothing else is done then. */
  readonly prepare: string | undefined
  readonly dryRun: boolean
  readonly out: string
  /** Undefined: images are not pushed, and the chart keeps its registry. */
  readonly push: Destination | undefined
  readonly architectures: readonly Architecture[]
  readonly mirrors: readonly string[]
  /** Path of the lock of what images stand on. */
  readonly lock: string
  readonly plainHttp: boolean
  readonly help: boolean
}

export const usage = `npm run release -- --prepare VERSION     writes VERSION into all packages and charts, and what is unreleased in CHANGELOG.md under it: commit that
npm run release -- --dry-run [options]   makes everything that a release consists of from what is checked out; pushes and tags nothing
npm run release -- --push REGISTRY/PREFIX [options]
                                         from a clean commit: makes it, pushes the images, tags the commit vVERSION

  --out DIR           default dist/release/VERSION
  --arch amd64,arm64  default both
  --mirror URL        where Debian's archives are (see npm run images -- --help)
  --lock FILE         which packages to build on (default tools/images/base.lock.json)
  --plain-http        speak HTTP without TLS to the registry

Makes images/NAME.tar, knative-ts-VERSION.tgz (the chart, its images pinned by digest), images.txt, mirror.sh, sbom/, notes.md and SHA256SUMS.`

const known = {
  prepare: { type: 'string' },
  'dry-run': { type: 'boolean' },
  out: { type: 'string' },
  push: { type: 'string' },
  arch: { type: 'string' },
  mirror: { type: 'string', multiple: true },
  lock: { type: 'string' },
  'plain-http': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' }
} as const

/** Throws {@link ReleaseError} for what cannot be. `version` is the one that is checked out. */
export function parseOptions(args: readonly string[], version: string): Options {
  const values = parsed(args)
  const dryRun = values['dry-run'] === true
  const doing = [values.prepare !== undefined, dryRun, values.push !== undefined && !dryRun, values.help === true]
  if (doing.filter(Boolean).length !== 1)
    throw new ReleaseError(`say one of --prepare VERSION, --dry-run and --push REGISTRY/PREFIX\n\n${usage}`)
  return {
    prepare: values.prepare,
    dryRun,
    out: values.out ?? `dist/release/${version}`,
    push: values.push === undefined ? undefined : parseDestination(values.push),
    architectures: values.arch === undefined ? architectures : parseArchitectures(values.arch),
    mirrors: values.mirror ?? [],
    lock: values.lock ?? lockFile,
    plainHttp: values['plain-http'] === true,
    help: values.help === true
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known }).values
  } catch (error) {
    throw new ReleaseError(`${(error as Error).message}\n\n${usage}`, { cause: error })
  }
}
