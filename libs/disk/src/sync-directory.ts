import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** Makes creations, renames and removals in a directory durable. Rejects with the system's error. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
