import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { createServer, type Server } from 'node:net'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { networkModes } from '../testing/network-modes.ts'
import { helloServer } from '../testing/programs.ts'
import { freePort } from './free-port.ts'

/** Takes its socket from whoever started it; ends itself, hard, when asked to. */
const inheriting = `import { createServer } from 'node:http'
createServer((request, response) => {
  if (request.url === '/die') process.kill(process.pid, 'SIGKILL')
  response.end([process.pid, process.env.LISTEN_FDS, process.env.LISTEN_FDNAMES, process.env.LISTEN_PID === String(process.pid)].join(' '))
}).listen({ fd: 3 })
`

const occupied = (port: number): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.listen({ host: '127.0.0.1', port }, () => resolve(server))
  })

describe.each(networkModes)('host ports (%s)', (mode) => {
  let agent: AgentUnderTest

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    agent.image('inheriting', { 'main.mjs': inheriting })
    agent.image('hello', { 'main.mjs': helloServer })
  })
  afterAll(() => agent.stop())

  const port = (hostPort: number) => [{ name: 'web', containerPort: 8080, hostIP: '127.0.0.1', hostPort }]

  it('are inherited by the container, and refuse nobody while it is killed and started again', async () => {
    const hostPort = await freePort()
    const annotations = { 'standalone.knative.dev/socket-activation': 'true' }
    await agent.run(
      'socket',
      { containers: [{ name: 'a', image: 'dev.local/inheriting', ports: port(hostPort) }] },
      { namespace: 'default', name: 'socket', annotations }
    )
    await agent.when('socket', 'readiness', isReady)
    const ask = async (path: string): Promise<string> => {
      const answer = await fetch(`http://127.0.0.1:${hostPort}${path}`, { headers: { connection: 'close' } })
      return answer.text()
    }
    const first = await eventually(() => ask('/'))
    expect(first).toMatch(/^\d+ 1 web true$/)
    for (let killed = 0; killed < 3; killed++) {
      const before = await ask('/')
      await expect(ask('/die')).rejects.toThrow()
      // No retry here: the connection waits in the socket's backlog until the next process accepts it.
      expect(await ask('/')).not.toBe(before)
    }
    await agent.when('socket', 'three restarts', (pod) => pod.status?.containerStatuses?.[0]?.restartCount === 3)
  })

  it('are forwarded for containers that do not inherit', async () => {
    const hostPort = await freePort()
    await agent.run('forwarded', { containers: [{ name: 'a', image: 'dev.local/hello', ports: port(hostPort) }] })
    await agent.when('forwarded', 'readiness', isReady)
    expect(await (await fetch(`http://127.0.0.1:${hostPort}/`, { headers: { connection: 'close' } })).text()).toBe('hello')
  })

  it.each([[true], [false]])(
    'that are taken are told in an event and the log, and are taken once they are free (inherited: %s)',
    async (inherited) => {
      const holder = await occupied(0)
      const { port: hostPort } = holder.address() as { port: number }
      const name = `taken-${inherited}`
      const annotations = { 'standalone.knative.dev/socket-activation': String(inherited) }
      await agent.run(
        name,
        { containers: [{ name: 'a', image: inherited ? 'dev.local/inheriting' : 'dev.local/hello', ports: port(hostPort) }] },
        { namespace: 'default', name, annotations }
      )
      const message = `host port 127.0.0.1:${hostPort} cannot be opened (address already in use)`
      const pod = await agent.when(
        name,
        'a refusal',
        (each) => each.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerError'
      )
      expect(pod.status?.containerStatuses?.[0]?.state?.waiting?.message).toContain(message)
      await eventually(() => agent.events('HostPortConflict').some((each) => each.startsWith(message)))
      expect(agent.log.lines.some((line) => line.level === 'error' && line.message.startsWith(message))).toBe(true)
      await new Promise((resolve) => holder.close(resolve))
      await agent.when(name, 'readiness', isReady)
    }
  )
})
