/**
 * `npm test`: all tests that need only this machine. `--project NAME` runs one project's. Other arguments go to jest.
 * Deployables are built first, because component and end-to-end tests run the real processes.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, root } from '../build/freshness.mjs'

const given = process.argv.slice(2)
const at = given.indexOf('--project')
const project = at < 0 ? undefined : given.splice(at, 2)[1]
const paths =
  project === undefined ? [] : [`libs/${project}`, `apps/${project}`, `e2e/${project}`].filter((path) => existsSync(join(root, path)))
if (project !== undefined && paths.length === 0) throw new Error(`there is no project ${project} under libs/, apps/ or e2e/`)

await ensureBuilt()
const jest = join(root, 'node_modules/jest/bin/jest.js')
const result = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '--config',
    join(root, 'jest.config.mjs'),
    ...paths,
    ...given
  ],
  { cwd: root, stdio: 'inherit' }
)
process.exitCode = result.status ?? 1
