/**
 * `npm run conformance`: the rules of Serving and Eventing, one by one, and the report card.
 *   (nothing)                                      on standalones of its own, with the component tests that show rules; writes docs/conformance.md
 *   --kubeconfig F --gateway URL [--images NAME]   on an installation of Knative on any cluster, over its API and gateway alone
 * `--card FILE` writes the card there; `--report FILE` the counts as JSON; `--runs DIR` keeps what jest tells in DIR, where what runs before have told of
 * other suites counts too: a whole run may be done in parts (jest’s `--shard 1/3`). Other arguments go to jest. Ends with 1 when a rule is not held.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ensureBuilt, root } from '../build/freshness.mjs'
import { runJest } from './jest.mjs'
import { optionsOf } from './options.mjs'

const usage =
  'npm run conformance -- [--kubeconfig FILE --gateway URL [--images REGISTRY/NAME:TAG]] [--card FILE] [--report FILE] [--runs DIR] [jest’s arguments]'
const given = process.argv.slice(2)
const {
  kubeconfig,
  gateway,
  images,
  card: cardFile,
  report,
  runs: kept
} = optionsOf(given, ['kubeconfig', 'gateway', 'images', 'card', 'report', 'runs'], usage)

try {
  const { allRules } = await import('../../e2e/conformance/card/rule.ts')
  const { judge, newestOutcomes } = await import('../../e2e/conformance/card/outcome.ts')
  const { cardOf, countsOf } = await import('../../e2e/conformance/card/card.ts')
  const { suitesBeside } = await import('../../e2e/conformance/card/suites.ts')
  const { onPurpose } = await import('../../e2e/conformance/card/on-purpose.ts')
  const rules = allRules()
  const { env, where } = await installation()
  const directory = kept === undefined ? mkdtempSync(join(tmpdir(), 'conformance-')) : resolve(kept)
  mkdirSync(directory, { recursive: true })
  const began = Date.now()
  for (const [index, phase] of phases(kubeconfig === undefined ? suitesBeside(rules) : []).entries())
    await runJest([...phase, ...given], { ...env, CONFORMANCE: 'full' }, join(directory, `${began}-${index}.json`))
  const told = readdirSync(directory)
    .filter((name) => /^\d+-\d+\.json$/.test(name))
    .toSorted()
  const tests = newestOutcomes(told.map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8'))))
  if (kept === undefined) rmSync(directory, { recursive: true })
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
