/** A whole gateway in front of pods that take trunks. */
import { Agent, request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createServer, type Server } from '@knative-ts/proxy'
import { eventually } from '@knative-ts/testing'
import { FakeController } from '../testing/fake-controller.ts'
import { backendOf, routesOf } from '../testing/routes.ts'
import { RunningGateway } from '../testing/running-gateway.ts'

const atOnce = 8

describe('requests to one pod', () => {
  let controller: FakeController
  let gateway: RunningGateway
  let server: Server
  let agent: Agent
  /** Ports that the gateway came from. */
  const cameFrom = new Set<number>()
  /** Answers those that are under way. */
  let waiting: (() => void)[] = []

  const start = async (trunks: boolean): Promise<void> => {
    server = createServer({
      trunks,
      handler: (exchange) =>
        new Promise((resolve) => {
          cameFrom.add(exchange.request.remotePort)
          waiting.push(() => {
            exchange.respond(200, {}, exchange.request.target)
            resolve()
          })
          if (waiting.length === atOnce) for (const answer of waiting.splice(0)) answer()
        })
    })
    const { port } = await server.listen({ port: 0, host: '127.0.0.1' })
    controller.table = { ingresses: [routesOf('a.test')], backends: [backendOf([`127.0.0.1:${port}`])] }
    gateway = await new RunningGateway(controller).start()
  }
  beforeEach(async () => {
    controller = await new FakeController().open()
    agent = new Agent({ keepAlive: true })
    cameFrom.clear()
    waiting = []
  })
  afterEach(async () => {
    agent.destroy()
    await server.close()
    await gateway.stop()
    await controller.close()
  })

  const ask = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { host: 'a.test' }
      httpRequest({ host: '127.0.0.1', port: gateway.port('public'), path, headers, agent }, (response) => {
        let body = ''
        response.on('data', (bytes: Buffer) => (body += bytes.toString()))
        response.on('end', () => resolve(body))
      })
        .on('error', reject)
        .end()
    })
  /** So many that are under way at once, and the connections that they came by. */
  const round = async (): Promise<number> => {
    cameFrom.clear()
    const paths = Array.from({ length: atOnce }, (_, index) => `/${index}`)
    expect(await Promise.all(paths.map(ask))).toEqual(paths)
    return cameFrom.size
  }

  it('share a connection where it takes that', async () => {
    await start(true)
    // All but one that found itself alone.
    await eventually(async () => (await round()) <= 2)
    expect(server.counts.refused).toBe(0)
  })

  it('have one each where it does not', async () => {
    await start(false)
    for (let rounds = 0; rounds < 5; rounds++) expect(await round()).toBe(atOnce)
    expect(server.counts.refused).toBe(0)
  })
})
