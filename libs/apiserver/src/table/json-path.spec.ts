import { expect, it } from '@jest/globals'
import { compilePath } from './json-path.ts'

const revision = { metadata: { labels: { 'serving.knative.dev/configuration': 'hello', plain: 'yes' } }, status: { counts: [1, 2] } }

it.each([
  [".metadata.labels['serving\\.knative\\.dev/configuration']", ['hello']],
  ['.metadata.labels["serving\\.knative\\.dev/configuration"]', ['hello']],
  [".metadata.labels['serving.knative.dev/configuration']", ['hello']],
  [".metadata.labels['plain']", ['yes']],
  ['.status.counts[-1]', [2]],
  ['.status.counts[*]', [1, 2]],
  ['.status.nothing', []]
])('%s finds %j: a label whose dots are escaped inside quotes was an empty column', (path, found) => {
  expect(compilePath(path)?.(revision)).toEqual(found)
})
