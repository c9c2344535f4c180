/** A Docker daemon of the test's own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, notRoot, withoutCommand } from '@knative-ts/testing'
import { run } from '../process/run.ts'

/** A daemon that answers. */
export interface Dockerd {
  /** Its socket as `unix://PATH`. */
  readonly host: string
  /** The client's answer to a command. */
  docker(...args: readonly string[]): Promise<string>
  /** Makes an image of Debian's static busybox: `/bin/busybox` under all its names. `changes` are Dockerfile instructions. */
  busybox(name: string, changes?: readonly string[]): Promise<void>
  stop(): Promise<void>
}

const START_MS = 30_000
const serial = process.pid % 200

/** Why this machine cannot run one; undefined when it can. */
export function dockerdObstacle(): string | undefined {
  return notRoot() ?? withoutCommand('dockerd', 'docker.io') ?? withoutCommand('busybox', 'busybox-static')
}

/** Starts one with a bridge and directories of its own, so that it disturbs no other daemon. Rejects with its log when it does not come up. */
export async function startDockerd(): Promise<Dockerd> {
  const directory = mkdtempSync(join(tmpdir(), 'dockerd-'))
  const bridge = `ktsd${process.pid}`
  const host = `unix://${directory}/docker.sock`
  await checked(['ip', 'link', 'add', bridge, 'type', 'bridge'])
  await checked(['ip', 'addr', 'add', `172.30.${serial}.1/24`, 'dev', bridge])
  await checked(['ip', 'link', 'set', bridge, 'up'])
  const log = join(directory, 'log')
  const output = openSync(log, 'w')
  const flags = [
    '--data-root',
    `${directory}/data`,
    '--exec-root',
    `${directory}/exec`,
    '--pidfile',
    `${directory}/pid`,
    '--bridge',
    bridge
  ]
  const child = spawn('dockerd', ['-H', host, ...flags, '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false'], {
    stdio: ['ignore', output, output]
  })
  const docker = async (...args: readonly string[]): Promise<string> => (await checked(['docker', '-H', host, ...args])).trim()
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await checked(['ip', 'link', 'del', bridge])
    // What a container's storage still has mounted goes with the daemon, a moment later.
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
  try {
    await eventually(async () => (await run(['docker', '-H', host, 'version'])).code === 0, 'an answer of dockerd', START_MS)
  } catch (error) {
    const text = readFileSync(log, 'utf8')
    await stop()
    throw new Error(`dockerd does not come up:\n${text}`, { cause: error })
  }
  return {
    host,
    docker,
    async busybox(name, changes = []) {
      const root = mkdtempSync(join(directory, 'root-'))
      await checked([
        'sh',
        '-c',
        `mkdir ${root}/bin ${root}/tmp ${root}/etc && cp "$(readlink -f "$(command -v busybox)")" ${root}/bin/busybox`
      ])
      await checked(['sh', '-c', `for name in $(busybox --list); do [ $name = busybox ] || ln -s busybox ${root}/bin/$name; done`])
      const flagged = changes.flatMap((change) => ['-c', change])
      await checked(['sh', '-c', `tar -C ${root} -cf ${root}.tar .`])
      await docker('import', ...flagged, `${root}.tar`, name)
    },
    stop
  }
}

async function checked(argv: readonly string[]): Promise<string> {
  const ran = await run(argv as string[])
  if (ran.code !== 0) throw new Error(`${argv.join(' ')}: ${ran.stderr}`)
  return ran.stdout
}
