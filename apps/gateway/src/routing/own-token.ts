import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The token of a ServiceAccount's directory; undefined where there is none, which the controller then says. */
export async function ownToken(directory: string): Promise<string | undefined> {
  try {
    return (await readFile(join(directory, 'token'), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
