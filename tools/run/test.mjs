/**
 * `npm test`: all tests that need only this machine. `--project NAME` runs one project's; `--report FILE` writes the counts as JSON. Other
 * arguments go to jest. Deployables are built first, because component and end-to-end tests run the real processes.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, root } from '../build/freshness.mjs'
import { runJest } from './jest.mjs'
import { optionsOf } from './options.mjs'

const given = process.argv.slice(2)
const { project, report } = optionsOf(given, ['project', 'report'], 'npm test -- [--project NAME] [--report FILE] [jest’s arguments]')
const paths = ['libs', 'apps', 'e2e'].map((floor) => `${floor}/${project}/`).filter((path) => existsSync(join(root, path)))
if (project !== undefined && paths.length === 0) throw new Error(`there is no project ${project} under libs/, apps/ or e2e/`)

await ensureBuilt()
const phases =
  project === undefined && given.every((argument) => argument.startsWith('-')) ? everything() : [[...(project === undefined ? [] : paths)]]
const counts = []
for (const phase of phases) counts.push(await runJest([...phase, ...given]))
const sum = (name) => counts.reduce((total, count) => total + count[name], 0)
const total = { passed: sum('passed'), failed: sum('failed') }
if (report !== undefined) writeFileSync(report, JSON.stringify(total))
if (total.failed > 0) process.exitCode = 1

/** What needs no whole platform comes first: it fails sooner, and does not share the processors with platforms that start. */
function everything() {
  return [['libs/', 'apps/', 'tools/'], ['e2e/']]
}
