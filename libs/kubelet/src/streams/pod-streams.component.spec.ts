import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { text } from 'node:stream/consumers'
import type { LogOptions } from '../logs/read-log.ts'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { networkModes } from '../testing/network-modes.ts'
import { shell, shellImage } from '../testing/programs.ts'

describe.each(networkModes)('streams of a pod (%s)', (mode) => {
  let agent: AgentUnderTest

  beforeAll(async () => {
    agent = await agentUnderTest(mode, { backOff: { initialMs: 10_000, maxMs: 10_000 } })
    agent.image('shell', shellImage)
    await agent.run('talker', {
      containers: [
        shell(
          'a',
          'export MINE=1; for i in 1 2 3 4 5; do echo line $i; done; echo error >&2; while [ ! -e /tmp/$HOSTNAME-' +
            mode +
            '-go ]; do sleep 0.01; done; echo last; sleep 100'
        ),
        shell('b', 'sleep 100')
      ]
    })
    await agent.run('once', { containers: [shell('a', 'echo run; exit 1')] })
    await agent.when('talker', 'readiness', isReady)
  })
  afterAll(async () => {
    const { rmSync } = await import('node:fs')
    rmSync(`/tmp/talker-${mode}-go`, { force: true })
    await agent.stop()
  })

  const logs = async (options: LogOptions, pod = 'talker', container = 'a'): Promise<string> => {
    const chunks: Uint8Array[] = []
    for await (const chunk of agent.kubelet.podStreams.logs('default', pod, container, options)) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }

  it('are read whole, from the end, with times, and up to a size', async () => {
    await eventually(async () => (await logs({})) === 'line 1\nline 2\nline 3\nline 4\nline 5\nerror\n')
    expect(await logs({ tailLines: 2 })).toBe('line 5\nerror\n')
    expect(await logs({ tailLines: 0 })).toBe('')
    expect(await logs({ limitBytes: 8 })).toBe('line 1\nl')
    expect(await logs({ tailLines: 1, timestamps: true })).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z error\n$/)
    expect(await logs({ sinceSeconds: 3_600, tailLines: 1 })).toBe('error\n')
    expect(await logs({ sinceTime: '2100-01-01T00:00:00Z' })).toBe('')
  })

  it('are followed', async () => {
    const stop = new AbortController()
    let seen = ''
    const following = (async () => {
      for await (const chunk of agent.kubelet.podStreams.logs('default', 'talker', 'a', {
        follow: true,
        tailLines: 1,
        signal: stop.signal
      }))
        seen += Buffer.from(chunk).toString()
    })()
    await eventually(() => seen === 'error\n')
    await runIn(['touch', `/tmp/talker-${mode}-go`])
    await eventually(() => seen === 'error\nlast\n')
    stop.abort()
    await following
    expect(seen).toBe('error\nlast\n')
  })

  it('are kept of the run before', async () => {
    await agent.when('once', 'the second end', (pod) => pod.status?.containerStatuses?.[0]?.restartCount === 1)
    await eventually(async () => (await logs({ previous: true }, 'once')) === 'run\n')
    expect(() => agent.kubelet.podStreams.logs('default', 'talker', 'a', { previous: true })).toThrow(
      'previous terminated container "a" in pod "talker" not found'
    )
  })

  const runIn = async (command: string[], options: { stdin?: string; tty?: boolean } = {}) => {
    const session = agent.kubelet.podStreams.exec('default', 'talker', 'a', command, {
      stdin: options.stdin !== undefined,
      stdout: true,
      stderr: true,
      tty: options.tty === true
    })
    session.stdin?.end(options.stdin)
    const [out, errors, code] = await Promise.all([
      text(session.stdout as NodeJS.ReadableStream),
      session.stderr === undefined ? '' : text(session.stderr),
      session.exitCode
    ])
    return { out, errors, code }
  }

  it('run commands in the container: output, input, exit codes, a terminal', async () => {
    const { address } = { address: agent.pod('talker')?.status?.podIP as string }
    expect(await runIn(['sh', '-c', 'echo $HOSTNAME; echo oops >&2; exit 5'])).toEqual({ out: 'talker\n', errors: 'oops\n', code: 5 })
    expect(await runIn(['cat'], { stdin: 'through' })).toEqual({ out: 'through', errors: '', code: 0 })
    if (mode === 'netns') expect((await runIn(['cat', '/etc/hosts'])).out).toContain(`${address}\ttalker`)
    expect(await runIn(['sh', '-c', 'kill -9 $$'])).toMatchObject({ code: 137 })
    expect((await runIn(['sh', '-c', 'test -t 1 && echo terminal'], { tty: true })).out).toBe('terminal\r\n')
  })

  it.each([
    ['nobody', '', 'pods "nobody" not found on this node'],
    ['talker', '', 'a container name must be specified for pod talker, choose one of: [a b]'],
    ['talker', 'z', 'container z is not valid for pod talker']
  ])('are refused: %s %s', (pod, container, message) => {
    expect(() => agent.kubelet.podStreams.logs('default', pod, container, {})).toThrow(message)
    expect(() => agent.kubelet.podStreams.exec('default', pod, container, ['ls'], {})).toThrow(message)
  })
})
