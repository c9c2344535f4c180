import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Built, buildQueueProxy } from './testing/bundle.ts'

describe('the bundle of the queue-proxy', () => {
  let built: Built

  beforeAll(async () => {
    built = await buildQueueProxy()
  })
  afterAll(() => built.remove())

  it('holds the proxy core, and Nest for its composition', () => {
    expect(built.modules).toEqual(expect.arrayContaining([expect.stringContaining('libs/proxy/src/server/create-server.ts')]))
    expect(built.modules).toEqual(expect.arrayContaining([expect.stringContaining('node_modules/@nestjs/core/')]))
  })

  it.each([
    ['gRPC', /node_modules\/(@grpc|protobufjs|@bufbuild)\/|libs\/wire\//],
    ['a Kubernetes client', /node_modules\/@kubernetes\/|libs\/kube\//],
    ['zod', /node_modules\/zod\//],
    ['the OpenTelemetry SDK', /node_modules\/@opentelemetry\//],
    ['what only other roles need', /libs\/(api|apiserver|kubelet|scaling|traffic|testing)\//]
  ])('does not hold %s', (_, forbidden) => {
    expect(built.modules.filter((id) => forbidden.test(id))).toEqual([])
  })
})
