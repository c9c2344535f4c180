import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { roleNames } from '@knative-ts/api/system'

const repository = (role: string): string => `dev.local/knative-ts/${role}`

/** The image of a role's pods. The tag makes a new version a new rollout. */
export const roleImage =
  (version: string) =>
  (role: string): string =>
    `${repository(role)}:${version}`

/** Repository to directory, for every role: where the node agent finds the bundles. Throws when one is not built. */
export function roleImages(appsDirectory: string): Record<string, string> {
  const images = [...roleNames, 'queue-proxy'].map((role) => [repository(role), join(appsDirectory, role)] as const)
  const missing = images.find(([, directory]) => !existsSync(join(directory, 'package.json')))
  if (missing !== undefined) throw new Error(`${missing[1]} is not built: run npm run build`)
  return Object.fromEntries(images)
}
