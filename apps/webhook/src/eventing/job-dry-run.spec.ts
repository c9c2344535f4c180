import { expect, it } from '@jest/globals'
import type { KubeObject } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'
import type { AdmissionRequest } from '../review/admission-review.ts'
import { jobDryRun } from './job-dry-run.ts'

const job = { metadata: { name: 'mine', labels: { a: 'b' } }, spec: { template: { spec: { containers: [] } } } }
const sink = (spec: object): KubeObject =>
  ({ apiVersion: 'sinks.knative.dev/v1alpha1', kind: 'JobSink', metadata: { name: 'hello', namespace: 'default' }, spec }) as KubeObject
const request = (more: Partial<AdmissionRequest>): AdmissionRequest => ({
  uid: 'u',
  kind: { group: 'sinks.knative.dev', version: 'v1alpha1', kind: 'JobSink' },
  operation: 'CREATE',
  namespace: 'default',
  object: sink({ job }),
  oldObject: null,
  ...more
})

/** What was created, and how. */
async function tried(asked: AdmissionRequest): Promise<unknown[]> {
  const created: unknown[] = []
  const create = (_: unknown, object: unknown, options: unknown): Promise<unknown> => {
    created.push([object, options])
    return Promise.resolve(object)
  }
  await jobDryRun({ create } as unknown as KubeClient)(asked)
  return created
}

it('tries the Job under a name that the server makes, dry', async () => {
  const metadata = { generateName: 'hello', namespace: 'default', labels: { a: 'b' } }
  expect(await tried(request({}))).toEqual([[{ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: job.spec }, { dryRun: true }]])
})

it.each([
  ['of a status', { subResource: 'status' }],
  ['that has not changed', { oldObject: sink({ job }) }],
  ['that is not there', { object: sink({}) }],
  ['of another kind', { kind: { group: 'batch', version: 'v1', kind: 'Job' } }]
])('tries no Job %s', async (_, more) => expect(await tried(request(more))).toEqual([]))
