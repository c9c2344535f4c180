import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parts, roleShapes, type AppName, type PartName } from '@knative-ts/api/system'

const repository = (app: string): string => `dev.local/knative-ts/${app}`

/** The image of an app's pods. The tag makes a new version a new rollout. */
export const roleImage =
  (version: string) =>
  (app: string): string =>
    `${repository(app)}:${version}`

/** What each part runs beside its roles: next to revisions, and next to what users' sources watch. */
const besides: Readonly<Record<PartName, AppName>> = { serving: 'queue-proxy', eventing: 'source' }

/** Repository to directory, for every app of these parts: where the node agent finds the bundles. Throws when one is not built. */
export function roleImages(appsDirectory: string, installed: readonly PartName[]): Record<string, string> {
  const apps = installed.flatMap((part) => [...parts[part].roles.map((role) => roleShapes[role].app ?? role), besides[part]])
  const images = [...new Set(apps)].map((app) => [repository(app), join(appsDirectory, app)] as const)
  const missing = images.find(([, directory]) => !existsSync(join(directory, 'package.json')))
  if (missing !== undefined) throw new Error(`${missing[1]} is not built: run npm run build`)
  return Object.fromEntries(images)
}
