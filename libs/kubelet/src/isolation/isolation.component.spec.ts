import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { pods } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { nodeMarkOf } from '../clean-up.ts'
import { openImageStore } from '../image/store/open-image-store.ts'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { ociArchive } from '../testing/image-archive.ts'
import { describeNetns } from '../testing/network-modes.ts'
import { rootTree } from '../testing/root-tree.ts'

type Spec = Partial<k8s.Container>

describeNetns.each([['netns']] as const)('containers with a root filesystem (%s)', (mode) => {
  let agent: AgentUnderTest
  let serial = 0

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    const archive = join(agent.directory, 'box.tar')
    const layers = [
      rootTree(),
      [
        { path: 'app/', type: '5' as const },
        { path: 'app/hello', content: 'from the image\n', uid: 1001 }
      ]
    ]
    const config = { Env: ['PATH=/usr/bin:/bin', 'GREETING=hi'], Entrypoint: ['sh', '-c'], Cmd: ['cat hello'], WorkingDir: '/app' }
    const images = [
      { name: 'example.com/box:1', layers, config },
      { name: 'example.com/user:1', layers, config: { ...config, User: 'app' } }
    ]
    writeFileSync(archive, ociArchive(images))
    const { store, close } = openImageStore(join(agent.directory, 'store'))
    await store.load(archive)
    close()
  }, 60_000)
  afterAll(() => agent.stop())

  /** Runs a script to its end; gives its output and its state. */
  const run = async (script: string, container: Spec = {}, pod: Partial<k8s.PodSpec> = {}) => {
    const name = `run-${++serial}`
    const args = script === '' ? {} : { args: [script] }
    await agent.run(name, {
      ...pod,
      restartPolicy: 'Never',
      containers: [{ name: 'a', image: 'example.com/box:1', ...args, ...container }]
    })
    const ended = await agent.when(name, 'the end', ({ status }) => status?.containerStatuses?.[0]?.state?.terminated !== undefined)
    const terminated = ended.status?.containerStatuses?.[0]?.state?.terminated as k8s.ContainerStateTerminated
    const chunks: Uint8Array[] = []
    for await (const chunk of agent.kubelet.podStreams.logs('default', name, 'a', {})) chunks.push(chunk)
    return { ...terminated, output: Buffer.concat(chunks).toString().trim(), pod: ended }
  }

  /** Waits until the container is refused; gives the reason and message. */
  const refusal = async (container: Spec, pod: Partial<k8s.PodSpec> = {}) => {
    const name = `refused-${++serial}`
    await agent.run(name, { ...pod, containers: [{ name: 'a', image: 'example.com/box:1', ...container }] })
    const seen = await agent.when(name, 'the refusal', ({ status }) =>
      /^(Create|Sysctl)/.test(status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '')
    )
    return seen.status?.containerStatuses?.[0]?.state?.waiting
  }

  it('run what the image says, with its environment, in its directory', async () => {
    expect((await run('')).output).toBe('from the image')
    expect((await run('echo $GREETING $PATH $HOME $HOSTNAME; cat ../app/hello')).output).toMatch(
      /^hi \/usr\/bin:\/bin \/root run-\d+\nfrom the image$/
    )
    expect((await run('', { command: ['cat'], args: ['/app/hello'], workingDir: '/made/anew' })).output).toBe('from the image')
  })

  it('see a pod of their own: processes, host name, names, devices, and nothing of the machine', async () => {
    const { output } = await run(
      'grep -c Name /proc/1/status; hostname; cat /etc/hostname; ls -d /proc/[0-9]* | wc -l; cat /etc/hosts; cat /etc/resolv.conf; ls /'
    )
    const [pid, ...lines] = output.split('\n')
    expect(pid).toBe('1')
    expect(lines.slice(0, 2)).toEqual([`run-${serial}`, `run-${serial}`])
    expect(Number(lines[2])).toBeLessThan(4)
    expect(output).toContain(`\trun-${serial}`)
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

  it('have containerd’s capabilities, masked and read-only paths', async () => {
    const { output } = await run(
      'grep -E "Cap(Eff|Bnd|Prm|Amb)|NoNewPrivs" /proc/self/status; wc -c < /proc/keys; ls /sys/firmware | wc -l; echo 1 > /proc/sys/kernel/domainname; mkdir /sys/x; echo writable > /x && cat /x'
    )
    expect(output).toMatch(
      /CapPrm:\s+00000000a80425fb\nCapEff:\s+00000000a80425fb\nCapBnd:\s+00000000a80425fb\nCapAmb:\s+0+\nNoNewPrivs:\s+0/
    )
    expect(output).toMatch(/\n0\n0\n/)
    expect(output.match(/Read-only file system/g)?.length).toBe(2)
    expect(output).toContain('writable')
  })

  it('drop and add capabilities, cannot gain privileges, and leave a read-only root alone', async () => {
    const { output } = await run(
      'grep -E "CapEff|CapBnd|NoNewPrivs" /proc/self/status; echo x > /x; echo y > /dev/shm/y && cat /dev/shm/y',
      {
        securityContext: {
          capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'CAP_KILL'] },
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true
        }
      }
    )
    expect(output).toMatch(/CapEff:\s+0000000000001020\nCapBnd:\s+0000000000001020\nNoNewPrivs:\s+1/)
    expect(output).toContain('Read-only file system')
    expect(output).toMatch(/y$/)
  })

  it('are privileged when they ask: all capabilities, nothing masked', async () => {
    const { output } = await run('grep CapEff /proc/self/status; mkdir /tmp/m && echo made', { securityContext: { privileged: true } })
    const own = /CapPrm:\s+(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    expect(output).toMatch(new RegExp(`CapEff:\\s+${own}`))
    expect((await run('ls /sys/firmware | wc -l', { securityContext: { privileged: true } })).output).not.toBe('0')
  })

  it.each([
    ['the image’s user', { image: 'example.com/user:1' }, {}, 'uid=1001(app) gid=1002(app) groups=1002(app),1003(extra)', '/home/app'],
    [
      'runAsUser of the image',
      { securityContext: { runAsUser: 1001 } },
      {},
      'uid=1001(app) gid=1002(app) groups=1002(app),1003(extra)',
      '/home/app'
    ],
    ['an unknown number', { securityContext: { runAsUser: 4711 } }, {}, 'uid=4711 gid=0(root) groups=0(root)', '/'],
    [
      'groups of the pod',
      { securityContext: { runAsUser: 4711, runAsGroup: 5 } },
      { securityContext: { supplementalGroups: [7, 8], fsGroup: 9 } },
      'uid=4711 gid=5 groups=5,7,8,9',
      '/'
    ],
    [
      'root in the pod, a user in the container',
      { securityContext: { runAsUser: 1001 } },
      { securityContext: { runAsUser: 0 } },
      'uid=1001(app)',
      '/home/app'
    ]
  ] as [string, Spec, Partial<k8s.PodSpec>, string, string][])('run as %s', async (_, container, pod, identity, home) => {
    const { output } = await run('id; echo $HOME; grep CapEff /proc/self/status', container, pod)
    expect(output).toContain(`${identity}`)
    expect(output).toContain(`\n${home}\n`)
    expect(output).toMatch(/CapEff:\s+0000000000000000/)
  })

  it.each([
    [
      'root by the image',
      { securityContext: { runAsNonRoot: true } },
      {},
      /^container has runAsNonRoot and image will run as root \(pod: "refused-\d+_default\(.+\)", container: a\)$/
    ],
    [
      'root by number',
      { securityContext: { runAsNonRoot: true, runAsUser: 0 } },
      {},
      /^container's runAsUser breaks non-root policy \(pod: /
    ],
    [
      'a name that may be root',
      { image: 'example.com/user:1' },
      { securityContext: { runAsNonRoot: true } },
      /^container has runAsNonRoot and image has non-numeric user \(app\), cannot verify user is non-root \(pod: /
    ]
  ] as [string, Spec, Partial<k8s.PodSpec>, RegExp][])('refuse %s with CreateContainerConfigError', async (_, container, pod, message) => {
    expect(await refusal(container, pod)).toEqual({ reason: 'CreateContainerConfigError', message: expect.stringMatching(message) })
  })

  it('refuse capabilities that there are not, and kernel parameters of the machine', async () => {
    const unknown = await refusal({ securityContext: { capabilities: { add: ['FLY'] } } })
    expect(unknown).toEqual({ reason: 'CreateContainerError', message: 'unknown capability "CAP_FLY"' })
    const forbidden = await refusal({}, { securityContext: { sysctls: [{ name: 'kernel.panic', value: '1' }] } })
    expect(forbidden).toEqual({
      reason: 'SysctlForbidden',
      message: expect.stringContaining('forbidden sysctl: "kernel.panic" not allowlisted')
    })
    const sysctls = [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }]
    expect((await run('cat /proc/sys/net/ipv4/ip_unprivileged_port_start', {}, { securityContext: { sysctls } })).output).toBe('0')
  })

  it.each([
    ['nothing-of-that-name', 'exec: "nothing-of-that-name": executable file not found in $PATH'],
    ['/bin/absent', 'exec: "/bin/absent": stat /bin/absent: no such file or directory'],
    ['/etc/passwd', 'exec: "/etc/passwd": permission denied']
  ])('that cannot execute %s end with StartError', async (command, message) => {
    const name = `start-${++serial}`
    await agent.run(name, { restartPolicy: 'Never', containers: [{ name: 'a', image: 'example.com/box:1', command: [command] }] })
    const ended = await agent.when(name, 'the end', ({ status }) => status?.containerStatuses?.[0]?.state?.terminated !== undefined)
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
    await eventually(() => groupsLeft(agent).length === 0, 'groups to be removed')
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
    await agent.run('sharing', {
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
    await agent.when('sharing', 'readiness', isReady)
    const log = async (): Promise<string> => {
      const chunks: Uint8Array[] = []
      for await (const chunk of agent.kubelet.podStreams.logs('default', 'sharing', 'b', {})) chunks.push(chunk)
      return Buffer.concat(chunks).toString()
    }
    await eventually(async () => (await log()).includes('Read-only'), 'the log')
    expect(await log()).toMatch(/^deep\nmemory\n2000:drwxrwsrwx\n.*Read-only file system/)
  })

  it('see one another’s processes when the pod shares them', async () => {
    await agent.run('together', {
      shareProcessNamespace: true,
      containers: [
        { name: 'a', image: 'example.com/box:1', args: ['exec sleep 4711'] },
        { name: 'b', image: 'example.com/box:1', args: ['sleep 1000'] }
      ]
    })
    await agent.when('together', 'readiness', isReady)
    const session = agent.kubelet.podStreams.exec('default', 'together', 'b', ['sh', '-c', 'cat /proc/[0-9]*/cmdline'], { stdout: true })
    expect(await text(session.stdout as NodeJS.ReadableStream)).toContain('sleep\u00004711')
    expect(await session.exitCode).toBe(0)
  })

  it('are entered by commands: user, environment, streams, terminals, exit codes', async () => {
    await agent.run('entered', {
      containers: [
        { name: 'a', image: 'example.com/user:1', args: ['sleep 1000'], readinessProbe: { exec: { command: ['cat', 'hello'] } } }
      ]
    })
    await agent.when('entered', 'readiness', isReady)
    const exec = async (command: string[], input?: string, tty = false) => {
      const session = agent.kubelet.podStreams.exec('default', 'entered', 'a', command, {
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
    await agent.run('again', {
      containers: [{ name: 'a', image: 'example.com/box:1', args: ['[ -e /mark ] && echo seen; touch /mark; exit 1'] }]
    })
    const pod = await agent.when('again', 'the second end', ({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) >= 2)
    const chunks: Uint8Array[] = []
    for await (const chunk of agent.kubelet.podStreams.logs('default', 'again', 'a', { previous: true })) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe('')
    const uid = pod.metadata.uid as string
    await agent.cluster.client.delete(pods, { namespace: 'default', name: 'again' })
    await eventually(() => !podDirectories(agent).includes(uid), 'the pod’s files to go')
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(agent.directory)
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
