/**
 * `npm test`: all tests that need only this machine. `--project NAME` runs one project's; `--report FILE` writes the counts as JSON. Other
 * arguments go to jest. Deployables are built first, because component and end-to-end tests run the real processes.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt, root } from '../build/freshness.mjs'

const given = process.argv.slice(2)
const project = option('--project')
const report = option('--report')
const paths = ['libs', 'apps', 'e2e'].map((floor) => `${floor}/${project}/`).filter((path) => existsSync(join(root, path)))
if (project !== undefined && paths.length === 0) throw new Error(`there is no project ${project} under libs/, apps/ or e2e/`)

await ensureBuilt()
const phases =
  project === undefined && given.every((argument) => argument.startsWith('-')) ? everything() : [[...(project === undefined ? [] : paths)]]
const counts = phases.map((phase, index) => run(phase, index))
if (report !== undefined) {
  const sum = (name) => counts.reduce((total, count) => total + count[name], 0)
  writeFileSync(report, JSON.stringify({ passed: sum('passed'), failed: sum('failed') }))
}

/** What needs no whole platform comes first: it fails sooner, and does not share the processors with platforms that start. */
function everything() {
  return [['libs/', 'apps/', 'tools/'], ['e2e/']]
}

function run(phase, index) {
  const file = join(tmpdir(), `knative-tests-${process.pid}-${index}.json`)
  const jest = join(root, 'node_modules/jest/bin/jest.js')
  const output = report === undefined ? [] : ['--json', `--outputFile=${file}`]
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  const { status } = spawnSync(
    process.execPath,
    [...flags, jest, '--config', join(root, 'jest.config.mjs'), ...phase, ...output, ...given],
    {
      cwd: root,
      stdio: ['inherit', report === undefined ? 'inherit' : 'ignore', 'inherit']
    }
  )
  if (status !== 0) process.exitCode = 1
  return counted(file, status)
}

/** A suite that could not be loaded counts as one failure; so does a run that failed without saying why. */
function counted(file, status) {
  if (!existsSync(file)) return { passed: 0, failed: status === 0 ? 0 : 1 }
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(file)
  const failed = numFailedTests + numRuntimeErrorTestSuites
  return { passed: numPassedTests, failed: status !== 0 && failed === 0 ? 1 : failed }
}

function option(name) {
  const at = given.indexOf(name)
  return at < 0 ? undefined : given.splice(at, 2)[1]
}
