import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, readFileSync, existsSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Launcher } from '../isolation/launcher/launcher.ts'
import { Ledger } from '../process/ledger.ts'
import { isAlive, startTimeOf } from '../process/process-identity.ts'
import { run } from '../process/run.ts'
import { eventually, keptLog } from '@knative-ts/testing'
import { describeNetns } from '../testing/network-modes.ts'
import { NetnsNetwork } from './netns-network.ts'
import { takeBridgeSlot } from './slot.ts'

const pod = { namespace: 'default', name: 'web-1', uid: 'u1' }

describeNetns.each([
  ['netns', 'launcher'],
  ['netns', 'shell']
] as const)('a sandbox (%s, made by the %s)', (_, way) => {
  let directory: string
  let network: NetnsNetwork

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kubelet-netns-'))
    network = new NetnsNetwork({
      slot: await takeBridgeSlot(),
      stateDirectory: directory,
      ledger: new Ledger(directory),
      log: keptLog(),
      poolSize: 2,
      launcher: way === 'launcher' ? new Launcher(directory) : undefined
    })
    await network.start()
  })
  afterAll(async () => {
    await network.close()
    rmSync(directory, { recursive: true })
  })

  it('shows a pod its own name service, token directory, devices and volumes, and the host none of it', async () => {
    const sandbox = await network.open(pod, { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod.name } })
    writeFileSync(join(sandbox.serviceAccountDirectory, 'token'), 'abc')
    const source = join(directory, 'volume')
    mkdirSync(source)
    writeFileSync(join(source, 'key'), 'value')
    const bind = { source, kind: 'directory' as const, readOnly: true }
    const place = await sandbox.place(
      'a',
      [
        { ...bind, target: '/etc/of-this-test/config' },
        { ...bind, target: '/of-this-test', readOnly: false }
      ],
      '/dev/termination-log'
    )
    const script =
      'cat /etc/resolv.conf /var/run/secrets/kubernetes.io/serviceaccount/token /etc/of-this-test/config/key /of-this-test/key; pwd; echo last words > /dev/termination-log; touch /etc/of-this-test/config/x'
    const ran = await run(place.enter(['sh', '-c', script], '/tmp'))
    expect(ran.stdout).toBe(
      `search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver ${network.facts.hostAddress}\noptions ndots:5\nabcvaluevalue/tmp\n`
    )
    expect(ran.stderr).toContain('Read-only file system')
    expect(readFileSync(place.terminationLog as string, 'utf8')).toBe('last words\n')
    expect(existsSync('/of-this-test') || existsSync('/etc/of-this-test') || existsSync('/run/secrets/kubernetes.io')).toBe(false)
    await sandbox.close()
  })

  it('ends every process on close, those in other process groups too', async () => {
    const sandbox = await network.open(pod, { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod.name } })
    const place = await sandbox.place('a', [], '/dev/termination-log')
    const argv = place.enter(['sh', '-c', 'setsid sleep 1000 & echo $!; wait'], '/')
    const child = spawn(argv[0] as string, argv.slice(1), { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
    const stray = Number(await new Promise((resolve) => child.stdout.once('data', resolve)))
    const startTime = startTimeOf(stray) as string
    const ended = new Promise((resolve) => child.once('exit', resolve))
    await sandbox.close()
    await ended
    // It has left the namespaces; the kernel may still be taking the rest of it apart.
    await expect(eventually(() => !isAlive(stray, startTime))).resolves.toBe(true)
  })
})
