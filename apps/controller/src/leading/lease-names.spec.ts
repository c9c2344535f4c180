import { expect, it } from '@jest/globals'
import { companionsOf, decidingLeases } from './lease-names.ts'

it('names the leases of a bucket as upstream does, and as config-leader-election renames them', () => {
  const [, second = ''] = decidingLeases(3)
  expect(second).toBe('controller.knative.dev.serving.pkg.reconciler.revision.reconciler.01-of-03')
  expect(companionsOf(second)).toContain('controller.knative.dev.serving.pkg.reconciler.domainmapping.reconciler.01-of-03')
  const renamed = new Map([['controller.knative.dev.serving.pkg.reconciler.gc.reconciler', 'collector']])
  expect(companionsOf(second, renamed)).toContain('collector.01-of-03')
})
