import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { readFile, readlink, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { until } from '../../rig/until.ts'

/**
 * What the rig's API server writes down: all that the roles ask, and whatever anybody changes (so that writes can be counted). Names and
 * decisions, no bodies.
 */
const policy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
    userGroups: [system:serviceaccounts:knative-serving, system:serviceaccounts:knative-eventing]
  - level: Metadata
    verbs: [create, update, patch, delete, deletecollection]
  - level: None
`

const logFlag = '--audit-log-path'
const program = 'kube-apiserver'

/**
 * Sees to it that the rig's API server keeps an audit log, and returns the log's path. The rig starts it without one, so the running server
 * is ended and started again with the same arguments and these (some 5 s without an API server; etcd keeps everything). Does nothing when
 * the running one has a log already. Rejects when no API server of the rig runs on this machine or the new one does not get ready.
 *
 * `rigDirectory` is the directory with the rig's scripts; where it keeps its state is `CLUSTER_STATE`, as its own `env` has it.
 */
export async function auditedApiServer(rigDirectory: string): Promise<string> {
  const state = process.env['CLUSTER_STATE'] ?? '/var/lib/knative-ts-cluster'
  const pidFile = join(state, 'run', `${program}.pid`)
  const pid = await runningPid(pidFile, rigDirectory)
  const [name = program, ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1)
  const flag = args.indexOf(logFlag)
  if (flag !== -1) return args[flag + 1] ?? ''
  const executable = await readlink(`/proc/${pid}/exe`)
  const environment = await environmentOf(pid)
  const policyFile = join(state, 'audit-policy.yaml')
  const log = join(state, 'log', 'audit.log')
  await writeFile(policyFile, policy)
  process.kill(pid, 'SIGTERM')
  await ended(pid)
  const out = openSync(join(state, 'log', `${program}.log`), 'a')
  const auditFlags = ['--audit-policy-file', policyFile, logFlag, log, '--audit-log-maxsize', '100', '--audit-log-maxbackup', '2']
  // In a session of its own, as the rig's own `start` does it: it outlives this process.
  const child = spawn(executable, [...args, ...auditFlags], {
    argv0: name,
    cwd: state,
    env: environment,
    detached: true,
    stdio: ['ignore', out, out]
  })
  await once(child, 'spawn')
  await writeFile(pidFile, `${String(child.pid)}\n`)
  child.unref()
  await until(`${program} is ready again (see ${state}/log/${program}.log)`, () => isReady(args), 90_000, 200)
  return log
}

async function runningPid(pidFile: string, rigDirectory: string): Promise<number> {
  const text = await readFile(pidFile, 'utf8').catch(() => '')
  const pid = Number(text.trim())
  const command = pid > 0 ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : ''
  if (!/(^|\/)kube-apiserver$/.test(command.split('\0')[0] ?? '')) {
    throw new Error(`no ${program} of the rig runs here (${pidFile} names none): start it with ${join(rigDirectory, 'up')}`)
  }
  return pid
}

async function environmentOf(pid: number): Promise<Record<string, string>> {
  const entries = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter((entry) => entry.includes('='))
  return Object.fromEntries(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]))
}

/** Open watches keep it for a minute; after 10 s it is told the other way, as the rig's own `stop` does. What it promised is in etcd. */
async function ended(pid: number): Promise<void> {
  const gone = async () => !(await isRunning(pid))
  try {
    await until('it ends', gone, 10_000, 50)
  } catch {
    if (await isRunning(pid)) process.kill(pid, 'SIGKILL')
    await until(`${program} ${pid} ends`, gone, 10_000, 50)
  }
}

/** A process that has ended and waits for its parent is not running. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return status !== '' && !/\) [ZX] /.test(status)
}

/** Its certificate is of the rig's own authority, which this question does not need: only whether it is ready. */
function isReady(args: readonly string[]): Promise<boolean> {
  const address = args[args.indexOf('--bind-address') + 1] ?? '127.0.0.1'
  return new Promise((resolve) => {
    const asked = request({ host: address, port: 6443, path: '/readyz', rejectUnauthorized: false, timeout: 2000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(false))
    asked.end()
  })
}
