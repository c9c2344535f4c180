import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { quietSettings } from '@knative-ts/telemetry/settings'
import { eventually } from '@knative-ts/testing'
import { routing } from '@knative-ts/wire'
import { FakeController } from '../testing/fake-controller.ts'
import { RunningGateway } from '../testing/running-gateway.ts'

describe('what a controller says of telemetry', () => {
  let controller: FakeController
  let gateway: RunningGateway
  beforeEach(async () => {
    controller = await new FakeController().open()
    gateway = await new RunningGateway(controller).start()
  })
  afterEach(async () => {
    await gateway.stop()
    await controller.close()
  })
  const say = (told: Partial<routing.Telemetry>): void => {
    controller.send({ telemetry: { ...routing.Telemetry.create(), ...told } })
  }

  it('is followed, and is no part of the routing table', async () => {
    expect(gateway.observability.current).toEqual(quietSettings)
    say({
      logLevel: 'debug',
      metricsProtocol: 'http/protobuf',
      metricsEndpoint: 'http://collector:4318',
      metricsExportIntervalMs: 5_000,
      profiling: true,
      tracingProtocol: 'grpc',
      tracingEndpoint: 'http://collector:4317',
      tracingSamplingRate: 0.25,
      requestLog: true,
      requestLogTemplate: '{}',
      probeRequestLog: true
    })
    await eventually(() => gateway.observability.current.logLevel === 'debug', 'the settings')
    expect(gateway.observability.current).toEqual({
      logLevel: 'debug',
      metrics: { protocol: 'http/protobuf', endpoint: 'http://collector:4318', exportIntervalMs: 5_000 },
      runtime: { profiling: true },
      tracing: { protocol: 'grpc', endpoint: 'http://collector:4317', samplingRate: 0.25 },
      enableRequestLog: true,
      requestLogTemplate: '{}',
      enableProbeRequestLog: true
    })
    say({})
    await eventually(() => gateway.observability.current.logLevel === undefined, 'the quiet settings')
  })

  it('by a newer version, in words that are not known here, sends nothing', async () => {
    say({ logLevel: 'info', metricsProtocol: 'carrier-pigeon', tracingProtocol: 'smoke' })
    await eventually(() => gateway.observability.current.logLevel === 'info', 'the settings')
    expect(gateway.observability.current).toMatchObject({ metrics: { protocol: 'none' }, tracing: { protocol: 'none' } })
  })
})
