/** Makes everything that a release consists of, into one directory. */
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { deployables, ensureBuilt } from '../build/freshness.mjs'
import { buildImages } from '../images/build.ts'
import { Cache, cacheDirectory } from '../images/cache.ts'
import { outputOf } from '../images/command.ts'
import { chooseApps, readApp } from '../images/contents/app.ts'
import { sbomOf } from '../images/contents/sbom.ts'
import { findMirrors, type Mirrors } from '../images/debian/mirrors.ts'
import { readLock } from '../images/lock.ts'
import type { Image } from '../images/oci/image.ts'
import { writeLayout } from '../images/oci/layout.ts'
import { provenanceOf, type Provenance } from '../images/provenance.ts'
import { push } from '../images/registry/push.ts'
import { Registries } from '../images/registry/registries.ts'
import { sectionOf } from './changelog.ts'
import { packageChart } from './chart-package.ts'
import { ReleaseError } from './failure.ts'
import type { Options } from './options.ts'
import { requireOneVersion } from './versions.ts'

/** What the images of a build are called where they are not pushed. */
const localPrefix = 'dev.local/knative-ts'

/** What keeps the sources that are checked out from being released; a dry run says them and goes on. */
function hindrances(provenance: Provenance, changelog: string, version: string): string[] {
  const found: string[] = []
  if (provenance.revision === undefined) found.push('this is no git repository')
  else if (provenance.revision.endsWith('-dirty')) found.push('files differ from the commit: commit them')
  if (sectionOf(changelog, version) === undefined)
    found.push(`CHANGELOG.md has no section of ${version}: npm run release -- --prepare VERSION writes one`)
  return found
}

/** Gives what was made, relative to the directory, sorted. Without `dryRun` images are pushed and the commit is tagged `vVERSION`. */
export async function release(root: string, options: Options, say: (line: string) => void): Promise<string[]> {
  const version = requireOneVersion(root)
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
  const provenance = await provenanceOf(root, process.env)
  const against = hindrances(provenance, changelog, version)
  if (!options.dryRun && against.length > 0) throw new ReleaseError(`not released:\n${against.map((each) => `  ${each}`).join('\n')}`)
  for (const each of against) say(`would not be released: ${each}`)
  const tagged = options.dryRun || (await isTagged(root, version))
  await ensureBuilt()
  const out = resolve(root, options.out)
  rmSync(out, { recursive: true, force: true })
  for (const each of ['images', 'sbom']) mkdirSync(join(out, each), { recursive: true })

  const cache = new Cache(cacheDirectory(process.env))
  const lock = readLock(options.lock)
  let found: Promise<Mirrors> | undefined
  const mirrors = (): Promise<Mirrors> => (found ??= findMirrors(options.mirrors))
  const names = chooseApps([], deployables())
  const images = await buildImages(names, options.architectures, { root, lock, provenance, base: undefined, mirrors, cache })
  const prefix = options.push === undefined ? localPrefix : [options.push.host, options.push.prefix].filter((part) => part !== '').join('/')
  for (const image of images) {
    say(`${image.name}: ${image.index.digest}`)
    await writeLayout(image, `${prefix}/${image.name}:${version}`, join(out, 'images', `${image.name}.tar`), provenance.epoch, cache)
    for (const architecture of options.architectures) {
      const materials = { app: readApp(root, image.name), architecture, lock, base: undefined, epoch: provenance.epoch }
      writeFileSync(join(out, 'sbom', `${image.name}-${architecture}.spdx.json`), `${JSON.stringify(sbomOf(materials), undefined, 2)}\n`)
    }
  }
  const registry = options.push === undefined ? undefined : prefix
  const digests = Object.fromEntries(images.map((image) => [image.name, image.index.digest]))
  const chart = join(out, `knative-ts-${version}.tgz`)
  writeFileSync(chart, await packageChart(join(root, 'charts/knative-ts'), { registry, digests }, provenance.epoch))
  // An archive that helm cannot read is told here, not to who installs it.
  await outputOf(process.env['HELM'] ?? 'helm', ['lint', '--strict', chart], {}, 'https://helm.sh')
  writeFileSync(join(out, 'images.txt'), namesOf(images, prefix, version))
  writeFileSync(join(out, 'mirror.sh'), mirrorScript(images, version), { mode: 0o755 })
  writeFileSync(join(out, 'notes.md'), `${sectionOf(changelog, version) ?? sectionOf(changelog, 'Unreleased') ?? ''}\n`)
  await writeChecksums(out)
  if (!options.dryRun && options.push !== undefined) {
    const registries = new Registries({ env: process.env, plainHttp: options.plainHttp })
    for (const name of await push(images, version, options.push, registries, cache)) say(`pushed ${name}`)
    if (!tagged) {
      await outputOf('git', ['-C', root, 'tag', '--annotate', `v${version}`, '--message', `knative-ts ${version}`])
      say(`tagged v${version}: git push --tags publishes it`)
    }
  }
  return filesOf(out)
}

/** Whether what is checked out has the version's tag; throws when another commit has it: a version is released once. */
async function isTagged(root: string, version: string): Promise<boolean> {
  const git = async (...args: string[]): Promise<string> => (await outputOf('git', ['-C', root, ...args])).toString('utf8').trim()
  const tag = `v${version}`
  if ((await git('tag', '--list', tag)) === '') return false
  const [there, here] = [await git('rev-parse', `${tag}^{commit}`), await git('rev-parse', 'HEAD')]
  if (there !== here)
    throw new ReleaseError(`${tag} is another commit, ${there.slice(0, 12)}: npm run release -- --prepare VERSION begins the next version`)
  return true
}

const namesOf = (images: readonly Image[], prefix: string, version: string): string =>
  images.map((image) => `${prefix}/${image.name}:${version}@${image.index.digest}\n`).join('')

/** For registries that nothing but this directory reaches. Digests stay, so that the chart's pins hold with global.registry set. */
const mirrorScript = (images: readonly Image[], version: string): string => `#!/bin/sh
# Copies the images of knative-ts ${version} into a registry: ./mirror.sh REGISTRY/PREFIX; then install the chart with --set global.registry=REGISTRY/PREFIX
# Needs skopeo. Further arguments go to it, such as --dest-creds USER:PASSWORD or --dest-tls-verify=false.
set -eu
[ $# -ge 1 ] || { echo "usage: $0 REGISTRY/PREFIX [options of skopeo copy]" >&2; exit 2; }
to=$1
shift
cd "$(dirname "$0")"
for name in ${images.map(({ name }) => name).join(' ')}; do
  skopeo copy --all --preserve-digests "$@" "oci-archive:images/$name.tar:${version}" "docker://$to/$name:${version}"
done
`

async function writeChecksums(out: string): Promise<void> {
  const lines: string[] = []
  for (const file of filesOf(out)) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(out, file)), hash)
    lines.push(`${hash.digest('hex')}  ${file}\n`)
  }
  writeFileSync(join(out, 'SHA256SUMS'), lines.join(''))
}

function filesOf(out: string): string[] {
  const entries = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return entries.map((entry) => relative(out, join(entry.parentPath, entry.name))).toSorted()
}
