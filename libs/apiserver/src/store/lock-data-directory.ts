import { DirectoryInUse, lockDirectory } from '@knative-ts/disk'
import { StoreError, unusable } from './store-error.ts'

/** Takes the directory for this process. Rejects with a StoreError: `locked` names the holder, `full` and `unwritable` what to do. Resolves to the release. */
export async function lockDataDirectory(directory: string): Promise<() => Promise<void>> {
  try {
    return await lockDirectory(directory)
  } catch (error) {
    if (error instanceof DirectoryInUse) throw new StoreError('locked', error.message, { cause: error })
    throw unusable(directory, error)
  }
}
