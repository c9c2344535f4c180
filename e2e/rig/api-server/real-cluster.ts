/** The real Kubernetes that a benchmark compares with, brought up by scripts outside of this repository. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errorText } from '@knative-ts/kube'

export interface RealCluster {
  readonly kubeconfig: string
  readonly etcd: number
  readonly apiServer: number
}

const NEED = `usage: npm run bench -- apiserver-vs-real --cluster=DIRECTORY (or REAL_CLUSTER=DIRECTORY)
DIRECTORY holds scripts that bring up a real Kubernetes on this machine: \`CLUSTER_SYNC=1 DIRECTORY/up\` starts it, and \`DIRECTORY/env\`, when sourced,
sets KUBECONFIG to a file beside run/etcd.pid and run/kube-apiserver.pid. It has to run before the benchmark does.`

/** The running cluster that the command line or the environment names; a sentence that says what is needed when there is none. */
export function realCluster(args: readonly string[], env: NodeJS.ProcessEnv): RealCluster | string {
  const option = '--cluster='
  const directory = args.find((one) => one.startsWith(option))?.slice(option.length) ?? env['REAL_CLUSTER'] ?? ''
  if (directory === '') return NEED
  try {
    const kubeconfig = execFileSync('bash', ['-c', '. "$1/env" && printf %s "$KUBECONFIG"', 'bash', directory], { encoding: 'utf8' })
    const pidOf = (name: string) => Number(readFileSync(join(dirname(kubeconfig), 'run', `${name}.pid`), 'utf8'))
    const found = { kubeconfig, etcd: pidOf('etcd'), apiServer: pidOf('kube-apiserver') }
    const isDurable = !readFileSync(`/proc/${found.etcd}/cmdline`, 'utf8').includes('unsafe-no-fsync')
    return isDurable ? found : `etcd runs with --unsafe-no-fsync, which no durable server can be compared with.\n${NEED}`
  } catch (error) {
    return `${directory}: ${errorText(error)}\n${NEED}`
  }
}
