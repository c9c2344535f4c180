/** Plays chapters against a cluster: each in a namespace, a directory and a kubeconfig of its own, with names that no other play has. */
import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { until } from '../rig/until.ts'
import { kubectl, type Ran, type Shell } from './kubectl.ts'
import type { Chapter, Line, Outcome } from './line.ts'
import { normal, type Cluster } from './normal.ts'

const SETTLED_MS = 90_000
/** A kubectl costs a tenth of a second of a processor. */
const LOOK_AGAIN_MS = 300

/** What names in chapters begin with; in a play they begin with {@link Play.prefix}. */
const PREFIX = 'transcript-'

interface Play {
  readonly shell: Shell
  readonly cluster: Cluster
  readonly prefix: string
}

/** The namespace of a chapter. */
export const namespaceOf = ({ name }: Chapter) => `${PREFIX}${name}`

/** Plays a chapter; `tell` hears each line's outcome as it is known. Leaves nothing behind, even when a line cannot be played: then it rejects. */
export async function play(kubeconfig: string, chapter: Chapter, tell: (index: number, outcome: Outcome) => void): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kubectl-play-'))
  const shell: Shell = { kubeconfig: join(directory, '.kubeconfig'), directory }
  // Letters alone: an editor of a chapter may look for a digit.
  const prefix = `transcript${randomBytes(3)
    .toString('hex')
    .replaceAll(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))}-`
  const namespace = namespaceOf(chapter).replace(PREFIX, prefix)
  try {
    await copyManifests(chapter, directory, prefix)
    await copyFile(kubeconfig, shell.kubeconfig)
    await must(shell, `config set-context --current --namespace=${namespace}`)
    const cluster: Cluster = {
      node: await must(shell, 'get nodes -o jsonpath={.items[0].metadata.name}'),
      server: await must(shell, 'config view --minify -o jsonpath={.clusters[0].cluster.server}'),
      users: [
        await must(shell, 'auth whoami -o jsonpath={.status.userInfo.username}'),
        await must(shell, 'config view --minify -o jsonpath={.users[0].name}')
      ]
    }
    await must(shell, `create namespace ${namespace}`)
    await until('the service account', () => must(shell, 'get serviceaccount default -o name'))
    for (const [index, line] of chapter.lines.entries()) tell(index, await outcomeOf({ shell, cluster, prefix }, line))
  } finally {
    await kubectl(shell, { run: `delete namespace ${namespace} --ignore-not-found --wait=false` })
    await rm(directory, { recursive: true, force: true })
  }
}

async function copyManifests({ name }: Chapter, to: string, prefix: string): Promise<void> {
  const from = join(import.meta.dirname, 'manifests', name)
  if (!existsSync(from)) return
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const copy = path.replace(from, to)
    await mkdir(dirname(copy), { recursive: true })
    await writeFile(copy, (await readFile(path, 'utf8')).replaceAll(PREFIX, prefix))
  }
}

async function must(shell: Shell, run: string): Promise<string> {
  const { code, stdout, stderr } = await kubectl(shell, { run })
  if (code !== 0) throw new Error(`kubectl ${run}: ${stderr}`)
  return stdout
}

async function outcomeOf(played: Play, line: Line): Promise<Outcome> {
  const end = performance.now() + SETTLED_MS
  for (;;) {
    const ran = await kubectl(played.shell, await expanded(played, line))
    if (line.settles === undefined || line.settles.test(ran.stdout + ran.stderr) || performance.now() > end) return told(ran, played, line)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

async function expanded({ shell, cluster, prefix }: Play, line: Line): Promise<Line> {
  const named = (text: string) => text.replaceAll(PREFIX, prefix)
  let run = named(line.run).replaceAll('$NODE', cluster.node).replaceAll('$SERVER', cluster.server)
  for (const [whole, selector = ''] of run.matchAll(/\$POD\(([^)]*)\)/g))
    run = run.replace(whole, await must(shell, `get pods -l '${selector}' -o jsonpath={.items[0].metadata.name}`))
  const { input, ask, meanwhile } = line
  return {
    ...line,
    run,
    ...(input === undefined ? {} : { input: named(input) }),
    ...(ask === undefined ? {} : { ask: named(ask) }),
    ...(meanwhile === undefined ? {} : { meanwhile: named(meanwhile) })
  }
}

function told({ code, stdout, stderr }: Ran, { cluster, prefix }: Play, { sift, sorted }: Line): Outcome {
  const lines = (text: string) => {
    const kept = normal(text.replaceAll(prefix, PREFIX), cluster)
      .split('\n')
      .filter((one) => sift === undefined || one === '' || sift.test(one))
    return (sorted ? kept.filter((one) => one !== '').toSorted() : kept).join('\n').trimEnd()
  }
  return { code, stdout: lines(stdout), stderr: lines(stderr) }
}
