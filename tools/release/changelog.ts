/** CHANGELOG.md, in the format of Keep a Changelog: what a release says of itself, and what a release does to the file. */
import { ReleaseError } from './failure.ts'

const headingOf = (title: string): RegExp => new RegExp(`^## \\[?${title.replaceAll('.', '\\.')}\\]?(?: .*)?$`, 'm')

/** The text under `## TITLE`, without the heading; undefined where there is no such heading. */
export function sectionOf(changelog: string, title: string): string | undefined {
  const heading = headingOf(title).exec(changelog)
  if (heading === null) return undefined
  const rest = changelog.slice(heading.index + heading[0].length)
  const next = /^## /m.exec(rest)
  return rest.slice(0, next?.index).trim()
}

/** The changelog with what was unreleased under the new version and its day (YYYY-MM-DD), and an empty section above. Throws {@link ReleaseError} when nothing changed. */
export function released(changelog: string, version: string, day: string): string {
  if (sectionOf(changelog, version) !== undefined) throw new ReleaseError(`CHANGELOG.md has a section of ${version} already`)
  const changes = sectionOf(changelog, 'Unreleased')
  if (changes === undefined || changes === '')
    throw new ReleaseError('CHANGELOG.md has nothing under "## Unreleased": write there what the release changes')
  return changelog.replace(headingOf('Unreleased'), `## Unreleased\n\n## ${version} - ${day}`)
}
