/**
 * `npm run conformance`: Serving's rules, one by one, and the report card.
 *   (nothing)                                      on standalones of its own, with the component tests that show rules; writes docs/conformance.md
 *   --kubeconfig F --gateway URL [--images NAME]   on an installation of Knative on any cluster, over its API and gateway alone
 * `--card FILE` writes the card there; `--report FILE` the counts as JSON. Other arguments go to jest. Ends with 1 when a rule is not held.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ensureBuilt, root } from '../build/freshness.mjs'
import { runJest } from './jest.mjs'

const usage =
  'npm run conformance -- [--kubeconfig FILE --gateway URL [--images REGISTRY/NAME:TAG]] [--card FILE] [--report FILE] [jest’s arguments]'
const given = process.argv.slice(2)
const [kubeconfig, gateway, images, cardFile, report] = ['kubeconfig', 'gateway', 'images', 'card', 'report'].map(option)

try {
  const { allRules } = await import('../../e2e/conformance/card/rule.ts')
  const { judge, outcomesIn } = await import('../../e2e/conformance/card/outcome.ts')
  const { cardOf, countsOf } = await import('../../e2e/conformance/card/card.ts')
  const { suitesBeside } = await import('../../e2e/conformance/card/suites.ts')
  const { onPurpose } = await import('../../e2e/conformance/card/on-purpose.ts')
  const rules = allRules()
  const { env, where } = await installation()
  const directory = mkdtempSync(join(tmpdir(), 'conformance-'))
  const tests = []
  for (const [index, phase] of phases(kubeconfig === undefined ? suitesBeside(rules) : []).entries()) {
    const kept = join(directory, `${index}.json`)
    await runJest([...phase, ...given], { ...env, CONFORMANCE: 'full' }, kept)
    tests.push(...outcomesIn(JSON.parse(readFileSync(kept, 'utf8'))))
  }
  rmSync(directory, { recursive: true })
  const outcomes = judge(rules, tests)
  const [all, held, broken, untested] = countsOf(outcomes)
  const card = cardFile ?? (kubeconfig === undefined ? join(root, 'docs/conformance.md') : 'conformance.md')
  writeFileSync(resolve(card), cardOf(outcomes, where, onPurpose()))
  for (const { rule } of outcomes.filter(({ state }) => state === 'not held')) console.error(`not held: ${rule.id}: ${rule.text}`)
  for (const { file, title } of tests.filter(({ passed }) => !passed)) console.error(`failed: ${file}: ${title}`)
  console.error(`${all} rules: ${held} held, ${broken} not held, ${untested} not tested. The card is ${resolve(card)}`)
  if (report !== undefined) writeFileSync(report, JSON.stringify({ passed: held, failed: broken }))
  if (broken > 0 || tests.some(({ passed }) => !passed)) process.exitCode = 1
} catch (error) {
  console.error(`Cannot run: ${error.message}`)
  process.exitCode = 1
}

/** Where the suites run, as variables and in words. */
async function installation() {
  if (kubeconfig === undefined && gateway === undefined) {
    await ensureBuilt()
    return { env: {}, where: 'standalones of its own, with the component tests of this repository' }
  }
  if (kubeconfig === undefined || gateway === undefined) throw new Error(`--kubeconfig and --gateway belong together\n${usage}`)
  if (!URL.canParse(gateway)) throw new Error(`--gateway ${gateway}: give a URL such as http://203.0.113.7`)
  const { checkInstallation } = await import('../../e2e/rig/checked-installation.ts')
  const where = await checkInstallation({ kubeconfig: resolve(kubeconfig), gateway: new URL(gateway) })
  const env = { E2E_KUBECONFIG: resolve(kubeconfig), E2E_GATEWAY: gateway, ...(images === undefined ? {} : { E2E_IMAGES: images }) }
  return { env, where }
}

/** Jest's arguments, run by run: what changes settings that all share runs alone. Suites with two dots compare with recordings, on standalone. */
function phases(beside) {
  const together = ['e2e/conformance/(kn/)?[a-z0-9-]+\\.spec\\.ts$']
  const alone = ['--runInBand', 'e2e/conformance/(alone|long)/']
  return beside.length === 0 ? [together, alone] : [[...together, ...beside], alone]
}

function option(name) {
  const at = given.indexOf(`--${name}`)
  if (at < 0) return undefined
  const [, value] = given.splice(at, 2)
  if (value === undefined || value.startsWith('--')) {
    console.error(`--${name} needs a value\n${usage}`)
    process.exit(2)
  }
  return value
}
