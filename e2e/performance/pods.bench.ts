/**
 * How long 40 pods of a static program take from their creation to all Ready, in images and namespaces of their own. With REAL_KUBECONFIG and
 * REAL_LOADER (a program that is given a name and an archive, and prints the image's reference) the same against a real cluster, in turns.
 */
import { connect, loadClusterConfig } from '@knative-ts/kube'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { figure, percentile } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { podsReady } from '../rig/pods/pods-ready.ts'
import { archiveStaticProgram, buildStaticProgram } from '../rig/pods/static-program.ts'
import { root, startStandalone, temporaryDirectory } from '../rig/standalone-process.ts'

const count = 40
const turns = Number(process.argv[2] ?? 5)
const name = 'bench.example.com/static:1'
const { REAL_KUBECONFIG: realKubeconfig, REAL_LOADER: realLoader } = process.env

const directory = await temporaryDirectory()
const archive = archiveStaticProgram(name, buildStaticProgram(join(directory.path, 'program')), directory.path)
const data = join(directory.path, 'data')
execFileSync(process.execPath, [join(root, 'tools/run/image.mjs'), 'load', archive, '--data', data], { stdio: ['ignore', 2, 2] })
const standalone = await startStandalone({ data })
const real =
  realKubeconfig === undefined || realLoader === undefined
    ? undefined
    : {
        client: connect(await loadClusterConfig({ KUBECONFIG: realKubeconfig })),
        image: execFileSync(realLoader, [name, archive], { encoding: 'utf8' }).trim()
      }
const ours: number[] = []
const theirs: number[] = []
try {
  // The first round is not counted: caches of both sides, and code that has not been compiled.
  for (let turn = 0; turn <= turns; turn++) {
    const ms = await podsReady(standalone.client, name, count)
    const realMs = real === undefined ? undefined : await podsReady(real.client, real.image, count)
    process.stderr.write(`turn ${turn}: ${Math.round(ms)} ms${realMs === undefined ? '' : `, real ${Math.round(realMs)} ms`}\n`)
    if (turn === 0) continue
    ours.push(ms)
    if (realMs !== undefined) theirs.push(realMs)
  }
} finally {
  real?.client.close()
  await standalone.stop()
  await directory.discard()
}
const ms = percentile(ours, 0.5)
figure('pods', 'ready_ms', ms, 'ms', { pods: count, turns, worst: Math.round(Math.max(...ours)), ...machine() })
if (theirs.length > 0) {
  const realMs = percentile(theirs, 0.5)
  figure('pods', 'real_x', realMs / ms, 'x', { real_ms: Math.round(realMs), turns, goal: 2, ...machine() })
}
process.exit(0)
