import { expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { readFileSync } from 'node:fs'
import { describeNetns } from '../testing/network-modes.ts'
import { boxesOfSuite, type Spec } from './boxes.fixture.ts'

describeNetns.each([['netns']] as const)('the rights of containers with a root filesystem (%s)', (mode) => {
  const { run, refusal } = boxesOfSuite(mode)

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
})
