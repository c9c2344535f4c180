/** Knative's runtime contract, as far as it is the node's to keep, on an image with a root filesystem (reference 8.2). */
import { expect, it } from '@jest/globals'
import { pods } from '@knative-ts/api/kubernetes'
import { describeNetns } from '../testing/network-modes.ts'
import { boxesOfSuite } from './boxes.fixture.ts'

/** Version 1 and version 2 of control groups; the machine has one of them. */
const groups = {
  memory: ['memory/memory.limit_in_bytes', 'memory.max'],
  quota: ['cpu/cpu.cfs_quota_us', 'cpu.max'],
  shares: ['cpu/cpu.shares', 'cpu.weight']
}
const cat = (files: readonly string[]): string => `cat ${files.map((file) => `/sys/fs/cgroup/${file}`).join(' ')} 2>/dev/null`

describeNetns.each([['netns']] as const)('the runtime contract (%s)', (mode) => {
  const { agent, named, run } = lateOf(boxesOfSuite(mode))

  it('devices and files are what they are everywhere', async () => {
    const devices = ['full', 'null', 'random', 'tty', 'urandom', 'zero', 'ptmx'].map((name) => `/dev/${name}`)
    const { output } = await run(`stat -L -c '%n %F' ${devices.join(' ')} /proc/self/fd /dev/fd; stat -L -c %a /tmp; ls /dev/console`)
    for (const device of devices) expect(output).toMatch(new RegExp(`^${device} character special file$`, 'm'))
    expect(output).toMatch(/^\/proc\/self\/fd directory$/m)
    expect(output).toMatch(/^\/dev\/fd directory$/m)
    expect(output).toMatch(/^1777$/m)
    expect(output).toMatch(/console.*No such file/)
    const links = await run(
      'readlink /dev/fd /dev/stdin /dev/stdout /dev/stderr; for n in 0 1 2; do test -e /proc/self/fd/$n && echo has $n; done'
    )
    expect(links.output.split('\n')).toEqual([
      '/proc/self/fd',
      '/proc/self/fd/0',
      '/proc/self/fd/1',
      '/proc/self/fd/2',
      'has 0',
      'has 1',
      'has 2'
    ])
  })

  it('standard input is at its end', async () => expect((await run('cat; echo $?')).output).toBe('0'))

  it('limits are seen in the control group', async () => {
    const resources = { requests: { cpu: '200m', memory: '16Mi' }, limits: { cpu: '500m', memory: '48Mi' } }
    const { output } = await run([groups.memory, groups.quota, groups.shares].map(cat).join('; '), { resources })
    const [memory, quota, shares] = output.split('\n')
    expect(memory).toBe(String(48 * 1024 * 1024))
    expect(quota).toMatch(/^50000( 100000)?$/)
    // 200 thousandths of 1024 shares; as a weight of version 2: 1 + (204 - 2) * 9999 / 262142.
    expect(['204', '8']).toContain(shares)
  })

  it('the control group and kernel parameters are for reading', async () => {
    const { output } = await run(
      'mkdir /sys/fs/cgroup/x && echo made; for d in /sys/fs/cgroup/memory /sys/fs/cgroup/cpu; do test -d $d && mkdir $d/x; done; echo 1 > /proc/sys/kernel/domainname; echo 1 > /proc/sys/vm/swappiness; echo done'
    )
    const refused = output.match(/Read-only file system/g)?.length ?? 0
    expect(refused).toBeGreaterThanOrEqual(3)
    expect(output).not.toMatch(/Permission denied|No such file|^made$/m)
    expect(output).toMatch(/done$/)
  })

  it('runAsUser is who runs, else the user of the image', async () => {
    expect((await run('id -u', { securityContext: { runAsUser: 2020 } })).output).toBe('2020')
    expect((await run('id -u', { securityContext: { runAsUser: 2020, runAsGroup: 3030 } })).output).toBe('2020')
    expect((await run('id -g', { securityContext: { runAsUser: 2020, runAsGroup: 3030 } })).output).toBe('3030')
    expect((await run('id -u', { image: 'example.com/user:1' })).output).toBe('1001')
  })

  it('arguments, command, directory and variables are the template’s', async () => {
    const { output } = await run('', {
      command: ['sh', '-c', 'echo "$0" "$1" $ONE $TWO; stat -c %n .; readlink /proc/self/cwd'],
      args: ['first', 'second word'],
      workingDir: '/tmp',
      env: [
        { name: 'ONE', value: '1' },
        { name: 'TWO', value: '$(ONE)+1' }
      ]
    })
    expect(output.split('\n')).toEqual(['first second word 1 1+1', '.', '/tmp'])
  })

  it('SIGTERM comes first, and time to end, as long as the pod says', async () => {
    const name = named('term')
    const { cluster, kubelet } = agent()
    await agent().run(name, {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 60,
      containers: [
        {
          name: 'a',
          image: 'example.com/box:1',
          args: [
            'trap "echo asked to end; sleep 1; echo ended well > /dev/termination-log; exit 0" TERM; echo up; while true; do sleep 0.1; done'
          ]
        }
      ]
    })
    const lines: string[] = []
    const key = { namespace: 'default', name }
    await agent().when(name, 'running', ({ status }) => status?.containerStatuses?.[0]?.state?.running !== undefined)
    const logs = (async () => {
      for await (const chunk of kubelet.podStreams.logs('default', name, 'a', { follow: true })) {
        lines.push(Buffer.from(chunk).toString())
        if (lines.join('').includes('up\n') && !lines.includes('deleted')) {
          lines.push('deleted')
          await cluster.client.delete(pods, key)
        }
      }
    })()
    await logs
    expect(lines.filter((line) => line !== 'deleted').join('')).toBe('up\nasked to end\n')
  })
})

/** The agent comes with the suite's beginning. */
function lateOf(boxes: ReturnType<typeof boxesOfSuite>) {
  return { agent: () => boxes.agent, named: boxes.named, run: boxes.run }
}
