/** Where a benchmark of an installation on a Kubernetes finds it. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

export interface ClusterOptions {
  /** Path of the kubeconfig. */
  readonly kubeconfig: string
  /** Directory of the rig; undefined: a cluster that somebody else keeps. */
  readonly rig: string | undefined
  /** Address of the gateway, `http://HOST[:PORT]`; undefined: the cluster IP of its Service, which this machine must reach. */
  readonly gateway: string | undefined
  /** Image of the user container where it is there already; undefined: built, and given to the rig. */
  readonly image: string | undefined
  /** What the benchmark counts: its runs or rounds. */
  readonly runs: number
  /** Length of what it measures in one go. */
  readonly seconds: number
}

const usage = `usage: [RUNS] [--seconds=N] and one of
  --rig DIR                                     the directory of a rig that is up
  E2E_KUBECONFIG=FILE [E2E_GATEWAY=URL] --image=REF   any installation; REF is the image of e2e/performance/anchors/hello`

/** Reads the command line and the environment. Ends the process with the usage when they do not say where. */
export function clusterOptions(
  defaults: { readonly runs: number; readonly seconds: number },
  args = process.argv.slice(2)
): ClusterOptions {
  try {
    const options = { rig: { type: 'string' }, image: { type: 'string' }, seconds: { type: 'string' } } as const
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
    const { E2E_KUBECONFIG, E2E_GATEWAY } = process.env
    const kubeconfig = values.rig === undefined ? E2E_KUBECONFIG : kubeconfigOf(values.rig)
    if (kubeconfig === undefined) throw new Error('no cluster is named')
    if (values.rig === undefined && values.image === undefined) throw new Error('only a rig can be given an image: --image is missing')
    return {
      kubeconfig,
      rig: values.rig,
      gateway: E2E_GATEWAY,
      image: values.image,
      runs: positive(positionals[0], defaults.runs),
      seconds: positive(values.seconds, defaults.seconds)
    }
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`)
    process.exit(2)
  }
}

/** What its `env` sets, as a shell sees it. */
function kubeconfigOf(rig: string): string {
  const env = join(rig, 'env')
  return execFileSync('bash', ['-euc', '. "$0" && printf %s "$KUBECONFIG"', env], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit']
  })
}

function positive(text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text)
  if (!(value > 0)) throw new Error(`${text} is no number above 0`)
  return value
}
