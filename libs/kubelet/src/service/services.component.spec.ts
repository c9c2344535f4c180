import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endpointSlices, services } from '@knative-ts/api/kubernetes'
import { eventually } from '@knative-ts/testing'
import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import { bindingPort } from './binding-port.ts'
import { agentUnderTest, type AgentUnderTest, isReady } from '../testing/agent-under-test.ts'
import { networkModes } from '../testing/network-modes.ts'
import { helloServer } from '../testing/programs.ts'

/** Asks the URL in its arguments, prints the answer, stays. */
const asker = `for (;;) {
  try {
    console.log('answer', await (await fetch(process.argv[2])).text())
    break
  } catch (error) {
    console.error(String(error.cause ?? error))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
setInterval(() => undefined, 1000)
`

describe.each(networkModes)('Services (%s)', (mode) => {
  let agent: AgentUnderTest
  let clusterIP: string
  const addresses: string[] = []

  beforeAll(async () => {
    agent = await agentUnderTest(mode)
    agent.image('hello', { 'server.mjs': helloServer, 'package.json': '{"main": "server.mjs"}' })
    agent.image('asker', { 'main.mjs': asker })
    const prefix = agent.kubelet.network.serviceRange.split('.').slice(0, 2).join('.')
    clusterIP = `${prefix}.3.4`
    const readinessProbe = { httpGet: { port: 8080 } }
    for (const name of ['one', 'two']) {
      await agent.run(name, {
        containers: [{ name: 'a', image: 'dev.local/hello', env: [{ name: 'GREETING', value: name }], readinessProbe }]
      })
      addresses.push((await agent.when(name, 'readiness', isReady)).status?.podIP as string)
    }
    const metadata = (name: string) => ({ namespace: 'default', name })
    await agent.cluster.client.create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata('hello'),
      spec: { clusterIP, ports: [{ name: 'http', port: 80 }] }
    })
    await agent.cluster.client.create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata('headless'),
      spec: { clusterIP: 'None', ports: [{ port: 80 }] }
    })
    await agent.cluster.client.create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata('alias'),
      spec: { type: 'ExternalName', externalName: 'hello.default.svc.cluster.local' }
    })
    for (const service of ['hello', 'headless']) {
      await agent.cluster.client.create(endpointSlices, {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { ...metadata(`${service}-1`), labels: { 'kubernetes.io/service-name': service } },
        addressType: 'IPv4',
        ports: [{ name: 'http', port: 8080 }],
        endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } }))
      })
    }
  })
  afterAll(() => agent.stop())

  it('spread connections to a ClusterIP over the ready endpoints', async () => {
    const port = bindingPort(agent.kubelet.network, 80)
    const seen = new Set<string>()
    await eventually(async () => {
      const answer = await fetch(`http://${clusterIP}:${port}/`, { headers: { connection: 'close' } })
      seen.add(await answer.text())
      return seen.size === 2
    })
    expect([...seen].toSorted()).toEqual(['one', 'two'])
  })

  it.each([
    ['its short name', 'http://hello/'],
    ['its full name', 'http://hello.default.svc.cluster.local/'],
    ['a headless name', 'http://headless.default.svc:8080/'],
    ['an alias', 'http://alias.default/'],
    ['its address', 'CLUSTER_IP']
  ])('are reached from a pod by %s', async (what, url) => {
    const name = what.replaceAll(' ', '-')
    await agent.run(name, {
      containers: [
        {
          name: 'a',
          image: 'dev.local/asker',
          args: [url === 'CLUSTER_IP' ? `http://${clusterIP}/` : url],
          command: ['node', `${agent.directory}/images/asker/main.mjs`]
        }
      ]
    })
    await agent.when(name, 'readiness', isReady)
    const read = async (): Promise<string> => {
      const chunks: Uint8Array[] = []
      for await (const chunk of agent.kubelet.podStreams.logs('default', name, 'a', {})) chunks.push(chunk)
      return Buffer.concat(chunks).toString()
    }
    await eventually(async () => {
      expect(await read()).toMatch(/answer (one|two)\n/)
      return true
    })
  })

  it('let containers of one pod meet on localhost', async () => {
    await agent.run('pair', {
      containers: [
        { name: 'server', image: 'dev.local/hello', env: [{ name: 'GREETING', value: 'neighbour' }] },
        { name: 'asker', image: 'dev.local/asker', command: ['node', `${agent.directory}/images/asker/main.mjs`, 'http://127.0.0.1:8080/'] }
      ]
    })
    await agent.when('pair', 'readiness', isReady)
    await eventually(async () => {
      const chunks: Uint8Array[] = []
      for await (const chunk of agent.kubelet.podStreams.logs('default', 'pair', 'asker', {})) chunks.push(chunk)
      expect(Buffer.concat(chunks).toString()).toContain('answer neighbour')
      return true
    })
  })

  it('hold a connection until an endpoint is there, and keep half-closed ones', async () => {
    const [first] = addresses as [string]
    const address = clusterIP.replace(/\.4$/, '.5')
    await agent.cluster.client.create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'default', name: 'later' },
      spec: { clusterIP: address, ports: [{ port: 8080 }] }
    })
    const socket = await eventually(
      () =>
        new Promise<ReturnType<typeof createConnection> | undefined>((resolve) => {
          const made = createConnection({ host: address, port: 8080, allowHalfOpen: true })
          made.once('connect', () => resolve(made))
          made.once('error', () => resolve(undefined))
        })
    )
    socket.end('GET / HTTP/1.0\r\n\r\n')
    const answer = text(socket)
    await agent.cluster.client.create(endpointSlices, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace: 'default', name: 'later-1', labels: { 'kubernetes.io/service-name': 'later' } },
      addressType: 'IPv4',
      ports: [{ port: 8080 }],
      endpoints: [{ addresses: [first], conditions: { ready: true } }]
    })
    expect(await answer).toMatch(/^HTTP\/1\.1 200 OK[^]*one$/)
  })
})
