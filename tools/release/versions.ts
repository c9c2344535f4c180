/** One version for all: the root's package.json has it, and everything else that names a version of ours has the same. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import semver from 'semver'
import { parseDocument } from 'yaml'
import { ReleaseError } from './failure.ts'

/** A place that names the version. */
export interface Named {
  /** Relative to the root. */
  readonly file: string
  readonly key: string
  readonly version: string
}

const manifests = ['package.json', 'libs/*/package.json', 'apps/*/package.json']
const charts = 'charts/**/Chart.yaml'

/** The version that is checked out. */
export const versionOf = (root: string): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version

/** Every place, sorted by file. */
export function versionsOf(root: string): Named[] {
  const packages = globSync(manifests, { cwd: root }).map((file): Named => {
    const { version } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { version: string }
    return { file, key: 'version', version }
  })
  const ofCharts = globSync(charts, { cwd: root }).flatMap((file) => {
    const chart = parseDocument(readFileSync(join(root, file), 'utf8')).toJS() as ChartFile
    const own = ['version', 'appVersion'].map((key): Named => ({ file, key, version: String(chart[key as 'version']) }))
    const parts = (chart.dependencies ?? []).map(({ name, version }): Named => ({ file, key: `dependencies of ${name}`, version }))
    return [...own, ...parts]
  })
  return [...packages, ...ofCharts].toSorted((a, b) => a.file.localeCompare(b.file))
}

interface ChartFile {
  readonly version: string
  readonly appVersion: string
  readonly dependencies?: readonly { readonly name: string; readonly version: string }[]
}

/** Throws {@link ReleaseError} with each place that names another version than the root's. */
export function requireOneVersion(root: string): string {
  const version = versionOf(root)
  const others = versionsOf(root).filter((named) => named.version !== version)
  if (others.length > 0)
    throw new ReleaseError(
      `not one version for all: package.json says ${version}\n${others.map((each) => `  ${each.file}: ${each.key} ${each.version}`).join('\n')}`
    )
  return version
}

/** Writes the version into every place and the lock; comments and order stay. Gives the files. */
export function writeVersion(root: string, version: string): string[] {
  const now = versionOf(root)
  if (semver.valid(version) !== version) throw new ReleaseError(`"${version}" is no semantic version, such as 1.2.3 or 1.2.3-rc.1`)
  if (!semver.gt(version, now)) throw new ReleaseError(`${version} is not above ${now}, the version that is checked out`)
  for (const file of globSync(manifests, { cwd: root }))
    edit(join(root, file), (text) => text.replace(/("version": ")[^"]*"/, `$1${version}"`))
  for (const file of globSync(charts, { cwd: root })) {
    edit(join(root, file), (text) => {
      const chart = parseDocument(text)
      chart.set('version', version)
      chart.set('appVersion', version)
      const { dependencies = [] } = chart.toJS() as ChartFile
      for (const index of dependencies.keys()) chart.setIn(['dependencies', index, 'version'], version)
      return chart.toString({ lineWidth: 0 })
    })
  }
  edit(join(root, 'package-lock.json'), (text) => {
    const lock = JSON.parse(text) as { version: string; packages: Record<string, { version?: string }> }
    lock.version = version
    for (const [path, entry] of Object.entries(lock.packages))
      if (path === '' || /^(libs|apps)\//.test(path)) if (entry.version !== undefined) entry.version = version
    return `${JSON.stringify(lock, null, 2)}\n`
  })
  return versionsOf(root).map(({ file }) => file)
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}
