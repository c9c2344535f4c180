/** Plays chapters against a cluster: each in a namespace, a directory and a kubeconfig of its own. */
import { copyFile, cp, mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../rig/until.ts'
import { kubectl, type Ran, type Shell } from './kubectl.ts'
import type { Chapter, Line, Outcome } from './line.ts'
import { normal, type Cluster } from './normal.ts'

const SETTLED_MS = 30_000
const GONE = '--ignore-not-found --timeout=60s'

/** The namespace of a chapter. */
export const namespaceOf = ({ name }: Chapter) => `transcript-${name}`

/** Plays a chapter; `tell` hears each line's outcome as it is known. Leaves nothing behind, even when a line cannot be played: then it rejects. */
export async function play(kubeconfig: string, chapter: Chapter, tell: (index: number, outcome: Outcome) => void): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'transcript-'))
  const shell: Shell = { kubeconfig: join(directory, '.kubeconfig'), directory }
  const namespace = namespaceOf(chapter)
  try {
    const manifests = join(import.meta.dirname, 'manifests', chapter.name)
    if (existsSync(manifests)) await cp(manifests, directory, { recursive: true })
    await copyFile(kubeconfig, shell.kubeconfig)
    await must(shell, `config set-context --current --namespace=${namespace}`)
    const cluster: Cluster = {
      node: await must(shell, 'get nodes -o jsonpath={.items[0].metadata.name}'),
      server: await must(shell, 'config view --minify -o jsonpath={.clusters[0].cluster.server}')
    }
    await must(shell, `delete namespace ${namespace} ${GONE}`)
    await must(shell, `create namespace ${namespace}`)
    await until('the service account', () => must(shell, 'get serviceaccount default -o name'))
    for (const [index, line] of chapter.lines.entries()) tell(index, await outcomeOf(shell, cluster, line))
  } finally {
    await kubectl(shell, { run: `delete namespace ${namespace} ${GONE} --wait=false` })
    await rm(directory, { recursive: true, force: true })
  }
}

async function must(shell: Shell, run: string): Promise<string> {
  const { code, stdout, stderr } = await kubectl(shell, { run })
  if (code !== 0) throw new Error(`kubectl ${run}: ${stderr}`)
  return stdout
}

async function outcomeOf(shell: Shell, cluster: Cluster, line: Line): Promise<Outcome> {
  const end = performance.now() + SETTLED_MS
  for (;;) {
    const ran = await kubectl(shell, { ...line, run: await expanded(shell, cluster, line.run) })
    if (line.settles === undefined || line.settles.test(ran.stdout + ran.stderr) || performance.now() > end) return told(ran, cluster, line)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function expanded(shell: Shell, cluster: Cluster, run: string): Promise<string> {
  let text = run.replaceAll('$NODE', cluster.node).replaceAll('$SERVER', cluster.server)
  for (const [whole, selector = ''] of run.matchAll(/\$POD\(([^)]*)\)/g))
    text = text.replace(whole, await must(shell, `get pods -l '${selector}' -o jsonpath={.items[0].metadata.name}`))
  return text
}

function told({ code, stdout, stderr }: Ran, cluster: Cluster, { sift, sorted }: Line): Outcome {
  const lines = (text: string) => {
    const kept = normal(text, cluster)
      .split('\n')
      .filter((one) => sift === undefined || one === '' || sift.test(one))
    return (sorted ? kept.filter((one) => one !== '').toSorted() : kept).join('\n').trimEnd()
  }
  return { code, stdout: lines(stdout), stderr: lines(stderr) }
}
