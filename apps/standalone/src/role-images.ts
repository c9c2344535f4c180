import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { roleNames } from '@knative-ts/api/system'

/** Name under which the node agent finds a role's bundle. */
export const roleImage = (role: string): string => `dev.local/knative-ts/${role}`

/** Image name to directory, for every role. Throws when one is not built. */
export function roleImages(appsDirectory: string): Record<string, string> {
  const images = [...roleNames, 'queue-proxy'].map((role) => [roleImage(role), join(appsDirectory, role)] as const)
  const missing = images.find(([, directory]) => !existsSync(join(directory, 'package.json')))
  if (missing !== undefined) throw new Error(`${missing[1]} is not built: run npm run build`)
  return Object.fromEntries(images)
}
