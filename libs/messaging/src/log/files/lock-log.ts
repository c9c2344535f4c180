import { DirectoryInUse, lockDirectory } from '@knative-ts/disk'
import { ChannelError } from '../../channel-error.ts'

/** Takes a log's directory for this process. Rejects with a ChannelError `busy` that names the holder. Resolves to the release. */
export async function lockLog(directory: string): Promise<() => Promise<void>> {
  try {
    return await lockDirectory(directory)
  } catch (error) {
    if (error instanceof DirectoryInUse) throw new ChannelError('busy', error.message, { cause: error })
    throw error
  }
}
