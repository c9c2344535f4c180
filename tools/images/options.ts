/** The command line of `npm run images`. */
import { parseArgs } from 'node:util'
import { type Architecture, architectures, parseArchitectures } from './architecture.ts'
import { ImagesError } from './failure.ts'
import { lockFile } from './lock.ts'
import { type Destination, parseDestination } from './registry/push.ts'

export interface Options {
  readonly apps: readonly string[]
  /** Package directories whose images are built instead of the apps'. */
  readonly programs: readonly string[]
  readonly out: string | undefined
  /** A file that gets all images. */
  readonly archive: string | undefined
  readonly push: Destination | undefined
  readonly base: string | undefined
  readonly architectures: readonly Architecture[]
  /** Undefined: the app's version. */
  readonly tag: string | undefined
  readonly mirrors: readonly string[]
  /** Path of the lock of what images stand on. */
  readonly lock: string
  readonly plainHttp: boolean
  /** False: dist/apps is taken as it is. */
  readonly build: boolean
  readonly update: boolean
  readonly help: boolean
}

export const usage = `npm run images -- [options] [APP...]   builds one OCI image an app (all of them when none is named), without Docker

  --out DIR              write NAME.tar, an OCI layout, for each (default dist/images, unless --push or --archive is given)
  --archive FILE         write one OCI layout with all of them, what they share once: for ctr images import
  --push REGISTRY/PREFIX push them to a registry, with the credentials of docker login (DOCKER_CONFIG)
  --program DIR          not the apps, but a program as standalone runs it: a package directory, or a directory of such (any number of times).
                         npm packages that it imports are bundled into it; it is called dev.local/NAME in files, with --tag (default: its version)
  --base IMAGE           stand on an image of a registry instead of Debian's packages; it needs the C and C++ libraries
  --arch amd64,arm64     for which machines (default both, in one index)
  --tag TAG              default: the version
  --mirror URL           where Debian's archives are, twice: .../debian and .../debian-security (default: this machine's apt)
  --lock FILE            which packages to build on (default tools/images/base.lock.json)
  --plain-http           speak HTTP without TLS to registries (to this machine's, it always does)
  --no-build             take the bundles in dist/apps as they are (default: bundle anew what changed)
  --update               write the newest packages of Debian and the pinned Node into the lock, build nothing

Downloads are kept in $KNATIVE_TS_CACHE, else in $XDG_CACHE_HOME/knative-ts. docs/images.md says what is in an image.`

const known = {
  out: { type: 'string' },
  archive: { type: 'string' },
  program: { type: 'string', multiple: true },
  push: { type: 'string' },
  base: { type: 'string' },
  arch: { type: 'string' },
  tag: { type: 'string' },
  mirror: { type: 'string', multiple: true },
  lock: { type: 'string' },
  'plain-http': { type: 'boolean' },
  'no-build': { type: 'boolean' },
  update: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' }
} as const

/** Throws {@link ImagesError} for what cannot be. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args)
  const { tag } = values
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag))
    throw new ImagesError(`--tag: "${tag}" is no tag: letters, digits, "_", "." and "-", at most 128`)
  if (values.program !== undefined && positionals.length > 0)
    throw new ImagesError(`--program builds programs instead of apps: leave out ${positionals.join(' ')}, or build them apart`)
  const destination = values.push === undefined ? undefined : parseDestination(values.push)
  return {
    apps: positionals,
    programs: values.program ?? [],
    out: values.out ?? (destination === undefined && values.archive === undefined ? 'dist/images' : undefined),
    archive: values.archive,
    push: destination,
    base: values.base,
    architectures: values.arch === undefined ? architectures : parseArchitectures(values.arch),
    tag,
    mirrors: values.mirror ?? [],
    lock: values.lock ?? lockFile,
    plainHttp: values['plain-http'] === true,
    build: values['no-build'] !== true,
    update: values.update === true,
    help: values.help === true
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true })
  } catch (error) {
    throw new ImagesError(`${(error as Error).message}\n\n${usage}`)
  }
}
