/**
 * `npm run e2e`: the journeys of e2e/journeys, on whatever somebody names.
 *   --kubeconfig F --gateway URL [--images NAME]   on an installation of Serving on any cluster
 *   --rig DIR                                      on the rig in DIR: brought up, images loaded, the chart installed; e2e/cluster's suites too
 * Neither: each suite on a standalone of its own. `--report FILE` writes the counts as JSON. Other arguments go to jest.
 */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ensureBuilt } from '../build/freshness.mjs'
import { runJest } from './jest.mjs'
import { optionsOf } from './options.mjs'

const usage = `npm run e2e -- [--rig DIR | --kubeconfig FILE --gateway URL [--images REGISTRY/NAME:TAG]] [--report FILE] [jest's arguments]`
const given = process.argv.slice(2)
const { rig, kubeconfig, gateway, images, report } = optionsOf(given, ['rig', 'kubeconfig', 'gateway', 'images', 'report'], usage)

try {
  const env = await environment()
  const counts = []
  const all = phases()
  for (const runs of all) {
    const began = performance.now()
    // What comes last of a whole run need not leave an installation behind.
    const last = all.length > 1 && runs === all.at(-1) ? { E2E_LAST: 'yes' } : {}
    counts.push(...(await Promise.all(runs.map((run) => runJest(run, { ...env, ...last })))))
    console.error(`${Math.round((performance.now() - began) / 1000)} s for ${runs.map((run) => run.join(' ')).join(' and ')}`)
  }
  if (env.E2E_KUBECONFIG !== undefined) counts.push(await leftovers(env.E2E_KUBECONFIG))
  const sum = (name) => counts.reduce((total, count) => total + count[name], 0)
  const total = { passed: sum('passed'), failed: sum('failed') }
  if (report !== undefined) writeFileSync(report, JSON.stringify(total))
  console.error(`${total.passed} passed, ${total.failed} failed`)
  if (total.failed > 0) process.exitCode = 1
} catch (error) {
  console.error(`Cannot run: ${error.message}`)
  if (report !== undefined) writeFileSync(report, JSON.stringify({ passed: 0, failed: 1, why: error.message }))
  process.exitCode = 1
}

/** What tells the suites where they run. */
async function environment() {
  if (rig !== undefined) {
    if (kubeconfig !== undefined || gateway !== undefined) throw new Error(`--rig brings its own kubeconfig and gateway\n${usage}`)
    return onRig(resolve(rig))
  }
  if (kubeconfig === undefined && gateway === undefined) {
    await ensureBuilt()
    console.error('Running the journeys on standalones of their own')
    return {}
  }
  if (kubeconfig === undefined || gateway === undefined) throw new Error(`--kubeconfig and --gateway belong together\n${usage}`)
  if (!URL.canParse(gateway)) throw new Error(`--gateway ${gateway}: give a URL such as http://203.0.113.7`)
  return named({ E2E_KUBECONFIG: resolve(kubeconfig), E2E_GATEWAY: gateway, ...(images === undefined ? {} : { E2E_IMAGES: images }) })
}

/** A rig that does not come up is taken down and brought up once more: what is tried here is the platform, not how a machine was left. */
async function onRig(directory) {
  try {
    return await installedOn(directory)
  } catch (error) {
    console.error(`Cannot install on the rig: ${error.message}\nTaking it down, and trying once more`)
    const { takeDown } = await import('../../e2e/cluster/rig/rig.ts')
    await takeDown(directory)
    return installedOn(directory)
  }
}

async function installedOn(directory) {
  const { bringUp } = await import('../../e2e/cluster/rig/rig.ts')
  const { giveImages } = await import('../../e2e/cluster/rig/own-images.ts')
  const { installChart } = await import('../../e2e/cluster/rig/installed-chart.ts')
  const { auditedApiServer } = await import('../../e2e/cluster/rig/audit.ts')
  const up = await bringUp(directory)
  const auditLog = await auditedApiServer(directory)
  const since = new Date().toISOString()
  await ensureBuilt()
  const { tag, programs } = await giveImages(up, console.error)
  console.error(`Installing charts/knative-ts with images of tag ${tag} ...`)
  const url = await installChart(up, tag)
  return named({
    E2E_RIG: directory,
    E2E_KUBECONFIG: up.kubeconfig,
    E2E_GATEWAY: url,
    E2E_IMAGES: programs,
    E2E_TAG: tag,
    E2E_AUDIT_LOG: auditLog,
    E2E_AUDIT_SINCE: since
  })
}

async function named(env) {
  const { checkInstallation } = await import('../../e2e/rig/checked-installation.ts')
  console.error(`Running against ${await checkInstallation({ kubeconfig: env.E2E_KUBECONFIG, gateway: new URL(env.E2E_GATEWAY) })}`)
  return env
}

/**
 * Jest's arguments of the runs of each phase, which go at the same time. Who changes what all share runs behind the journeys, and what tries the
 * installation itself comes last. Suites that are named run one after the other, and no others.
 */
function phases() {
  const suites = given.filter((argument, at) => !argument.startsWith('-') && !takesValue(given[at - 1]))
  const others = given.filter((argument) => !suites.includes(argument))
  const inBand = (...paths) => ['--runInBand', ...paths, ...others]
  if (suites.length > 0) return [[inBand(...suites.map((suite) => (suite.includes('e2e/') ? suite : `/e2e/.*${suite}`)))]]
  const together = [['e2e/journeys/[^/]+$', ...others]]
  const alone = inBand('e2e/journeys/alone/')
  if (rig === undefined) return [together, [alone]]
  return [
    together,
    // Certificates are the webhook's alone, and come and go while it answers.
    [alone, inBand('e2e/cluster/webhook-certificates')],
    // What journeys have asked of the API server is looked at before other suites install and remove things, and those come last.
    [inBand('e2e/cluster/audit')],
    // Who waits for leaders of Serving leaves time for Eventing's roles.
    [inBand('e2e/cluster/roles-leading'), inBand('e2e/cluster/eventing-roles')],
    [inBand('e2e/cluster/roles[.]spec')],
    [inBand('e2e/cluster/chart-upgrade')],
    [inBand('e2e/cluster/chart-lifecycle')]
  ]
}

/** Of jest's options, those that are written without `=`. */
function takesValue(argument) {
  return ['-t', '--testNamePattern', '-w', '--maxWorkers', '--seed', '--shard', '--testTimeout'].includes(argument)
}

/** Whether namespaces of suites go, with all that was in them: one more test, as it were. */
async function leftovers(kubeconfig) {
  const { connect, loadClusterConfig } = await import('@knative-ts/kube')
  const { noNamespaceLeft } = await import('../../e2e/rig/own-namespace.ts')
  const client = connect(await loadClusterConfig({ KUBECONFIG: kubeconfig }))
  try {
    await noNamespaceLeft(client, 240_000)
    return { passed: 1, failed: 0 }
  } catch (error) {
    console.error(error.message)
    return { passed: 0, failed: 1 }
  } finally {
    client.close()
  }
}
