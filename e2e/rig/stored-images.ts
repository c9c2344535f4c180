/** A data directory of standalone with images in it, as `npm run image -- load` leaves it. */
import { join } from 'node:path'
import { openImageStore } from '@knative-ts/kubelet'
import { temporaryDirectory } from './standalone-process.ts'

export interface StoredImages {
  readonly data: string
  discard(): Promise<void>
}

/** Loads the archives that `archives` makes in a directory of their own. Rejects with what is wrong with one. */
export async function storeImages(archives: (directory: string) => readonly string[]): Promise<StoredImages> {
  const directory = await temporaryDirectory()
  const data = join(directory.path, 'data')
  const { store, close } = openImageStore(join(data, 'images'))
  try {
    for (const archive of archives(directory.path)) await store.load(archive)
  } finally {
    close()
  }
  return { data, discard: directory.discard }
}
