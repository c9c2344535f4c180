/** Runs jest over this workspace, and counts. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../build/freshness.mjs'

let runs = 0

/**
 * One run, with these arguments, and variables besides this process's. Writes to the error output. Resolves with { passed, failed }; jest's own report
 * stays in `kept`.
 */
export async function runJest(args, env = {}, kept = undefined) {
  const file = kept ?? join(tmpdir(), `knative-tests-${process.pid}-${runs++}.json`)
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--config', join(root, 'jest.config.mjs')]
  const running = spawn(process.execPath, [...flags, ...jest, '--json', `--outputFile=${file}`, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    // With --json it writes the whole result to its output too.
    stdio: ['inherit', 'ignore', 'inherit']
  })
  const [status] = await once(running, 'exit')
  return counted(file, status, kept !== undefined)
}

/** A suite that could not be loaded counts as one failure; so does a run that failed without saying why. */
function counted(file, status, keep) {
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(file, 'utf8'))
  if (!keep) rmSync(file)
  const failed = numFailedTests + numRuntimeErrorTestSuites
  return { passed: numPassedTests, failed: status !== 0 && failed === 0 ? 1 : failed }
}
