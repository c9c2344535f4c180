import { afterEach, describe, expect, it } from '@jest/globals'
import { dialGrpc, routing, serveGrpc, stats, type GrpcServer } from './index.ts'

describe('gRPC set-up', () => {
  const closers: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })

  const serve = async (implementation: stats.StatIntakeServer): Promise<GrpcServer> => {
    const server = await serveGrpc([{ definition: stats.StatIntakeService, implementation }], { host: '127.0.0.1', port: 0 })
    closers.push(() => server.close(0))
    return server
  }

  it('carries a stream of statistics both ways', async () => {
    const server = await serve({
      report: (call) => {
        let batches = 0
        call.on('data', () => call.write({ batches: ++batches }))
        call.on('end', () => call.end())
      }
    })
    const client = dialGrpc(stats.StatIntakeClient, `127.0.0.1:${server.port}`)
    closers.push(() => client.close())
    const call = client.report()
    const receipts: number[] = []
    call.on('data', (receipt: stats.StatReceipt) => receipts.push(receipt.batches))
    const stat = { ...stats.Stat.create(), podName: 'activator-1', averageConcurrentRequests: 1, timestamp: 1_700_000_000_000_000_000n }
    call.write({ messages: [{ namespace: 'default', name: 'hello-00001', stat }], told: [], final: false })
    call.write({ messages: [], told: [], final: false })
    call.end()
    await new Promise((resolve) => call.on('end', resolve))
    expect(receipts).toEqual([1, 2])
  })

  it('names the address when the port is taken', async () => {
    const server = await serve({ report: (call) => call.end() })
    const second = serveGrpc([], { host: '127.0.0.1', port: server.port })
    await expect(second).rejects.toThrow(`gRPC cannot listen on 127.0.0.1:${server.port}`)
  })

  it('keeps maps and nested messages of a routing update', () => {
    const update = routing.RoutingUpdate.create({
      sequence: 7,
      complete: true,
      ingresses: [
        {
          key: 'default/hello',
          version: 'abc',
          httpOption: 'Enabled',
          rules: [
            {
              hosts: ['hello.default.localhost'],
              clusterLocal: false,
              paths: [
                {
                  path: '',
                  matchHeaders: {},
                  appendHeaders: {},
                  rewriteHost: '',
                  splits: [
                    { backend: 'default/hello-00001:80', percent: 100, appendHeaders: { 'Knative-Serving-Revision': 'hello-00001' } }
                  ]
                }
              ]
            }
          ]
        }
      ]
    })
    const back = routing.RoutingUpdate.decode(routing.RoutingUpdate.encode(update).finish())
    expect(back).toEqual(update)
  })
})
