/** DELETE of a collection: each selected object as if it were deleted alone. */
import type { StoredObject } from '../store/object-store.ts'
import { isNotFound } from '@knative-ts/kube'
import type { Call, World } from './call.ts'
import type { DeleteOptions } from './delete-options.ts'
import { remove } from './delete.ts'
import { list, type Page } from './list.ts'
import type { Selection } from './selection.ts'

/** Deletions that run at once: their writes share one sync. */
const AT_ONCE = 64

/** Deletes what `selection` selects; resolves with the list as it was. */
export async function removeCollection(
  world: World,
  call: Call,
  query: URLSearchParams,
  selection: Selection,
  options: DeleteOptions
): Promise<Page> {
  const page = list(world, call, query, selection)
  const removeOne = async ({ key }: StoredObject) => {
    try {
      await remove(world, { ...call, namespace: key.namespace, name: key.name, collective: true }, options)
    } catch (error) {
      // Somebody else was faster: it is gone, which is all that was asked.
      if (!isNotFound(error)) throw error
    }
  }
  for (let from = 0; from < page.items.length; from += AT_ONCE) await Promise.all(page.items.slice(from, from + AT_ONCE).map(removeOne))
  return page
}
