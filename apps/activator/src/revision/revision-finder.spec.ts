import { expect, it } from '@jest/globals'
import type { KubeObject, Revision } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'
import { fakeCluster, revision } from '@knative-ts/testing'
import { RevisionFinder } from './revision-finder.ts'
import type { RevisionEntry } from './revision-entry.ts'
import type { RevisionTable } from './revision-table.ts'

const key = { namespace: 'default', name: 'hello-00001' }

/** A finder whose API server takes its time over an answer: what it read before is `stale`. */
function asked(stale: Revision, now: readonly Revision[]) {
  const cluster = fakeCluster({ objects: now })
  const answer = Promise.withResolvers<KubeObject>()
  let questions = 0
  const get = (...given: Parameters<KubeClient['get']>): Promise<KubeObject> =>
    ++questions === 1 ? answer.promise : cluster.client.get(...given)
  const filed: Revision[] = []
  const table = {
    removals: 0,
    get: () => undefined,
    put: (found: Revision) => {
      filed.push(found)
      return { uid: found.metadata.uid } as RevisionEntry
    }
  }
  const finder = new RevisionFinder(table as unknown as RevisionTable, { ...cluster.client, get } as KubeClient)
  return { found: finder.find(key), removed: () => void table.removals++, answer: () => answer.resolve(stale), filed }
}

it('does not file a revision that was deleted while the API server was asked', async () => {
  const { found, removed, answer, filed } = asked(revision(), [])
  removed()
  answer()
  expect([await found, filed]).toEqual([undefined, []])
})

it('files the revision that was made anew meanwhile', async () => {
  const [before, after] = ['uid-before', 'uid-after'].map((uid) => revision({ metadata: { uid } }))
  const { found, removed, answer, filed } = asked(before as Revision, [after as Revision])
  removed()
  answer()
  expect(await found).toMatchObject({ uid: 'uid-after' })
  expect(filed.map(({ metadata }) => metadata.uid)).toEqual(['uid-after'])
})

it('asks once for all who come meanwhile, and files what is there', async () => {
  const { found, answer, filed } = asked(revision(), [])
  answer()
  expect(await found).toMatchObject({ uid: revision().metadata.uid })
  expect(filed).toHaveLength(1)
})
