import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The token in a ServiceAccount's directory (`KUBERNETES_SERVICEACCOUNT_DIRECTORY`); undefined where there is none, which the other side then says.
 * Rejects when it is there and cannot be read.
 */
export async function ownToken(directory: string): Promise<string | undefined> {
  try {
    return (await readFile(join(directory, 'token'), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
