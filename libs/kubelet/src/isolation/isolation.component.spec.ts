import { expect, it } from '@jest/globals'
import { pods } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { nodeMarkOf } from '../clean-up.ts'
import { type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { describeNetns } from '../testing/network-modes.ts'
import { boxesOfSuite } from './boxes.fixture.ts'

describeNetns.each([['netns']] as const)('containers with a root filesystem (%s)', (mode) => {
  const boxes = boxesOfSuite(mode)
  const { named, run } = boxes

  it('run what the image says, with its environment, in its directory', async () => {
    expect((await run('')).output).toBe('from the image')
    expect((await run('echo $GREETING $PATH $HOME $HOSTNAME; cat ../app/hello')).output).toMatch(
      /^hi \/usr\/bin:\/bin \/root run-\d+\nfrom the image$/
    )
    expect((await run('', { command: ['cat'], args: ['/app/hello'], workingDir: '/made/anew' })).output).toBe('from the image')
  })

  it('see a pod of their own: processes, host name, names, devices, and nothing of the machine', async () => {
    const { output, pod } = await run(
      'grep -c Name /proc/1/status; hostname; cat /etc/hostname; ls -d /proc/[0-9]* | wc -l; cat /etc/hosts; cat /etc/resolv.conf; ls /'
    )
    const [pid, ...lines] = output.split('\n')
    expect(pid).toBe('1')
    const { name } = pod.metadata
    expect(lines.slice(0, 2)).toEqual([name, name])
    expect(Number(lines[2])).toBeLessThan(4)
    expect(output).toContain(`\t${name}`)
    expect(output).toContain('search default.svc.cluster.local svc.cluster.local cluster.local')
    expect(lines).not.toContain('boot')
    const devices = await run(
      'ls /dev; echo x > /dev/null; head -c 3 /dev/zero | wc -c; echo shared > /dev/shm/x; echo to the error >&2; ls -l /proc/self/fd'
    )
    for (const device of ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'ptmx', 'pts', 'shm', 'mqueue', 'stdin', 'fd'])
      expect(devices.output.split('\n')).toContain(device)
    expect(devices.output).toContain('to the error')
    expect(devices.output).not.toContain('/proc/1/')
    // Standard input, output, errors, and the directory that ls itself has open.
    expect(devices.output.match(/ -> /g)?.length).toBe(4)
  })

  it.each([
    ['nothing-of-that-name', 'exec: "nothing-of-that-name": executable file not found in $PATH'],
    ['/bin/absent', 'exec: "/bin/absent": stat /bin/absent: no such file or directory'],
    ['/etc/passwd', 'exec: "/etc/passwd": permission denied']
  ])('that cannot execute %s end with StartError', async (command, message) => {
    const name = named('start')
    await boxes.agent.run(name, { restartPolicy: 'Never', containers: [{ name: 'a', image: 'example.com/box:1', command: [command] }] })
    const ended = await boxes.agent.when(name, 'the end', ({ status }) => status?.containerStatuses?.[0]?.state?.terminated !== undefined)
    expect(ended.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message: expect.stringContaining(message)
    })
  })

  it('are killed at their memory limit, as OOMKilled, and see it', async () => {
    const limits = { resources: { limits: { memory: '32Mi', cpu: '500m' } } }
    expect(await run('dd if=/dev/zero of=/dev/null bs=128M count=1', limits)).toMatchObject({ reason: 'OOMKilled', exitCode: 137 })
    const { output } = await run('cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null', limits)
    expect(output).toBe('33554432')
    await eventually(() => groupsLeft(boxes.agent).length === 0, 'groups to be removed')
  })

  it('write their last words, and end with their own code', async () => {
    expect(await run('echo so it ends > /dev/termination-log; exit 7')).toMatchObject({
      exitCode: 7,
      message: 'so it ends\n',
      reason: 'Error'
    })
    const elsewhere = await run('echo there > /var/log/last; exit 0', { terminationMessagePath: '/var/log/last' })
    expect(elsewhere).toMatchObject({ exitCode: 0, message: 'there\n' })
    expect(await run('kill -9 $$; sleep 1; kill -TERM 1; exit 3')).toMatchObject({ exitCode: 3 })
  })

  it('share volumes and memory in a pod, and what they write is gone with them', async () => {
    await boxes.agent.run('sharing', {
      securityContext: { fsGroup: 2000 },
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [
        {
          name: 'a',
          image: 'example.com/user:1',
          args: ['echo deep > /data/file; echo memory > /dev/shm/m; sleep 1000'],
          volumeMounts: [{ name: 'v', mountPath: '/data' }]
        },
        {
          name: 'b',
          image: 'example.com/box:1',
          args: [
            'while [ ! -s /var/lib/x/file ] || [ ! -s /dev/shm/m ]; do sleep 0.01; done; cat /var/lib/x/file /dev/shm/m; stat -c %g:%A /var/lib/x; touch /var/lib/x/no; sleep 1000'
          ],
          volumeMounts: [{ name: 'v', mountPath: '/var/lib/x', readOnly: true }]
        }
      ]
    })
    await boxes.agent.when('sharing', 'readiness', isReady)
    const log = async (): Promise<string> => {
      const chunks: Uint8Array[] = []
      for await (const chunk of boxes.agent.kubelet.podStreams.logs('default', 'sharing', 'b', {})) chunks.push(chunk)
      return Buffer.concat(chunks).toString()
    }
    await eventually(async () => (await log()).includes('Read-only'), 'the log')
    expect(await log()).toMatch(/^deep\nmemory\n2000:drwxrwsrwx\n.*Read-only file system/)
  })

  it('see one another’s processes when the pod shares them', async () => {
    await boxes.agent.run('together', {
      shareProcessNamespace: true,
      containers: [
        { name: 'a', image: 'example.com/box:1', args: ['exec sleep 4711'] },
        { name: 'b', image: 'example.com/box:1', args: ['sleep 1000'] }
      ]
    })
    await boxes.agent.when('together', 'readiness', isReady)
    const session = boxes.agent.kubelet.podStreams.exec('default', 'together', 'b', ['sh', '-c', 'cat /proc/[0-9]*/cmdline'], {
      stdout: true
    })
    expect(await text(session.stdout as NodeJS.ReadableStream)).toContain('sleep\u00004711')
    expect(await session.exitCode).toBe(0)
  })

  it('are entered by commands: user, environment, streams, terminals, exit codes', async () => {
    await boxes.agent.run('entered', {
      containers: [
        { name: 'a', image: 'example.com/user:1', args: ['sleep 1000'], readinessProbe: { exec: { command: ['cat', 'hello'] } } }
      ]
    })
    await boxes.agent.when('entered', 'readiness', isReady)
    const exec = async (command: string[], input?: string, tty = false) => {
      const session = boxes.agent.kubelet.podStreams.exec('default', 'entered', 'a', command, {
        stdin: input !== undefined,
        stdout: true,
        stderr: true,
        tty
      })
      session.resize(100, 40)
      session.stdin?.end(input)
      const [out, errors] = await Promise.all([
        text(session.stdout as NodeJS.ReadableStream),
        session.stderr === undefined ? '' : text(session.stderr)
      ])
      return { out, errors, code: await session.exitCode }
    }
    const identity = 'uid=1001(app) gid=1002(app) groups=1002(app),1003(extra)\n/app\nhi\n'
    expect(await exec(['sh', '-c', 'id; readlink /proc/self/cwd; echo $GREETING; echo bad >&2; exit 5'])).toEqual({
      out: identity,
      errors: 'bad\n',
      code: 5
    })
    expect((await exec(['cat'], 'x'.repeat(300_000))).out.length).toBe(300_000)
    expect((await exec(['sh', '-c', 'test -t 0 && stty size'], undefined, true)).out).toMatch(/^(24 80|40 100)\r\n$/)
    await expect(exec(['absent'])).rejects.toThrow('exec: "absent": executable file not found in $PATH')
  })

  it('restart with a fresh file system, and leave nothing behind', async () => {
    await boxes.agent.run('again', {
      containers: [{ name: 'a', image: 'example.com/box:1', args: ['[ -e /mark ] && echo seen; touch /mark; exit 1'] }]
    })
    const pod = await boxes.agent.when('again', 'the second end', ({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) >= 2)
    const chunks: Uint8Array[] = []
    for await (const chunk of boxes.agent.kubelet.podStreams.logs('default', 'again', 'a', { previous: true })) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe('')
    const uid = pod.metadata.uid as string
    await boxes.agent.cluster.client.delete(pods, { namespace: 'default', name: 'again' })
    await eventually(() => !podDirectories(boxes.agent).includes(uid), 'the pod’s files to go')
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(boxes.agent.directory)
  })
})

/** Groups of pods that have ended. */
function groupsLeft(agent: AgentUnderTest): string[] {
  const mark = nodeMarkOf(join(agent.directory, 'state/kubelet'))
  const base = [`/sys/fs/cgroup/memory/knative-ts/${mark}`, `/sys/fs/cgroup/knative-ts/${mark}`].find((path) => existsSync(path))
  const ended = new Set(agent.cluster.all(pods).flatMap(({ metadata, status }) => (status?.phase === 'Failed' ? [metadata.uid] : [])))
  return base === undefined ? [] : readdirSync(base).filter((name) => ended.has(name))
}

function podDirectories({ directory }: AgentUnderTest): string[] {
  const pods = join(directory, 'state/kubelet/pods')
  mkdirSync(pods, { recursive: true })
  return readdirSync(pods)
}
