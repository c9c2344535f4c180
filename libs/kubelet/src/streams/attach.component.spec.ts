import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { networkModes } from '../testing/network-modes.ts'
import { helloServer, shell, shellImage } from '../testing/programs.ts'

describe.each(networkModes)('attach, terminals and port-forward (%s)', (mode) => {
  let agent: AgentUnderTest

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    agent.image('shell', shellImage)
    agent.image('hello', { 'server.mjs': helloServer, 'package.json': '{"main": "server.mjs"}' })
  })
  afterAll(() => agent.stop())

  const streams = () => agent.kubelet.podStreams

  /** What a session says, as it comes. */
  function listen(output: AsyncIterable<Uint8Array>): { text: string; over: boolean } {
    const heard = { text: '', over: false }
    void (async () => {
      for await (const bytes of output) heard.text += Buffer.from(bytes).toString()
      heard.over = true
    })()
    return heard
  }

  it('feeds the first program that attaches, and ends its input with it', async () => {
    await agent.run('once', {
      restartPolicy: 'Never',
      containers: [{ ...shell('a', 'cat; echo over; exit 3'), stdin: true, stdinOnce: true }]
    })
    await agent.when('once', 'readiness', isReady)
    const session = streams().attach('default', 'once', 'a', new AbortController().signal)
    const heard = listen(session.output)
    expect(session.endsInput).toBe(true)
    session.stdin?.write('part of a line')
    await eventually(() => heard.text === 'part of a line')
    session.stdin?.end(' and its end\n')
    await eventually(() => heard.over)
    expect(heard.text).toBe('part of a line and its end\nover\n')
    await agent.when('once', 'the end', (pod) => pod.status?.phase === 'Failed')
  })

  it('gives a container a terminal that hears what is typed and how large it is', async () => {
    await agent.run('typed', {
      containers: [
        {
          ...shell('a', 'trap "stty size" WINCH; tty; echo ask; read x; echo "got $x"; while :; do sleep 0.02; done'),
          stdin: true,
          tty: true
        }
      ]
    })
    await agent.when('typed', 'readiness', isReady)
    const stop = new AbortController()
    const session = streams().attach('default', 'typed', 'a', stop.signal)
    const heard = listen(session.output)
    expect(session.endsInput).toBe(false)
    session.stdin?.write('an answer\r')
    await eventually(() => heard.text.includes('got an answer\r\n'))
    session.resize(10, 20)
    session.resize(132, 43)
    await eventually(() => heard.text.includes('43 132\r\n'))
    stop.abort()
    await eventually(() => heard.over)
    const whole: Uint8Array[] = []
    for await (const bytes of streams().logs('default', 'typed', 'a', {})) whole.push(bytes)
    expect(Buffer.concat(whole).toString()).toMatch(/\/dev\/pts\/\d+\r\nask\r\n[^]*got an answer\r\n/)
    await agent.cluster.client.delete(
      { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true },
      { namespace: 'default', name: 'typed' }
    )
    await eventually(() => agent.pod('typed') === undefined)
  })

  it('gives commands a terminal of a size, and ends them with their client', async () => {
    await agent.run('shell', { containers: [shell('a', 'sleep 1000')] })
    await agent.when('shell', 'readiness', isReady)
    const session = streams().exec(
      'default',
      'shell',
      'a',
      ['sh', '-c', 'until [ "$(stty size)" = "30 100" ]; do sleep 0.02; done; read x; echo "$x" "$$"; trap "" HUP; sleep 1000'],
      {
        stdin: true,
        stdout: true,
        tty: true
      }
    )
    const heard = listen(session.stdout as AsyncIterable<Uint8Array>)
    session.resize(100, 30)
    session.stdin?.write('typed\r')
    const [, pid] = await eventually(() => /typed (\d+)\r\n/.exec(heard.text) ?? undefined)
    session.kill()
    await session.ended
    const isGone = (): boolean => {
      try {
        process.kill(Number(pid), 0)
        return false
      } catch {
        // No such process.
        return true
      }
    }
    await eventually(isGone)
    expect(isGone()).toBe(true)
  })

  it('connects to a port of a pod, and says in the words of a kubelet when nothing listens', async () => {
    await agent.run('web', {
      containers: [{ name: 'a', image: 'dev.local/hello', ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { port: 8080 } } }]
    })
    await agent.when('web', 'readiness', isReady)
    const socket = await streams().portForward('default', 'web', 8080)
    const heard = listen(socket)
    socket.end('GET / HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n')
    await eventually(() => heard.over)
    expect(heard.text).toMatch(/^HTTP\/1\.1 200 OK[^]*hello/)
    if (mode === 'netns') {
      const source = "require('net').createServer((s) => s.on('data', (d) => s.end('heard ' + d))).listen(7000, '127.0.0.1')"
      await agent.run('shy', { containers: [{ name: 'a', image: 'dev.local/shell', command: ['node', '-e', source] }] })
      await agent.when('shy', 'readiness', isReady)
      const shy = await eventually(() => streams().portForward('default', 'shy', 7000))
      const answer = listen(shy)
      shy.write('a word')
      await eventually(() => answer.over)
      expect(answer.text).toBe('heard a word')
    }
    await expect(streams().portForward('default', 'web', 9)).rejects.toThrow(
      /^error forwarding port 9 to pod [0-9a-f]{64}, uid : failed to execute portforward in network namespace "\/var\/run\/netns\/cni-[0-9a-f-]{36}": failed to connect to localhost:9 inside namespace "[0-9a-f]{64}", IPv4: dial tcp4 127\.0\.0\.1:9: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found $/
    )
    await expect(streams().portForward('default', 'nobody', 9)).rejects.toThrow('pod not found ("nobody_default")')
    expect(streams().obstacle('default', 'web', 'a', false)).toBeUndefined()
    expect(streams().obstacle('default', 'web', 'b', false)).toBe('container not found ("b")')
    expect(streams().obstacle('default', 'web', 'b', true)).toBe('container b not found in pod web_default')
  })
})
