import { expect, it } from '@jest/globals'
import { createMetrics, logLevelOf } from './index.ts'

it.each([
  ['debug', 'debug'],
  [' WARN ', 'warn'],
  ['dpanic', 'fatal'],
  [undefined, 'info'],
  ['loud', 'info']
] as const)('reads the log level %j as %s', (text, level) => {
  expect(logLevelOf(text)).toBe(level)
})

it('exposes what was recorded in Prometheus text under upstream names', async () => {
  const metrics = createMetrics('autoscaler')
  metrics.meter.createGauge('kn.revision.pods.desired').record(3, { 'kn.revision.name': 'hello-00001' })
  expect(await metrics.expose()).toMatch(/kn_revision_pods_desired\{[^}]*kn_revision_name="hello-00001"[^}]*\} 3/)
})
