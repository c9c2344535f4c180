/** The top layer, the only one that an image has for itself: the bundle, its licences and the bill of materials. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cache } from '../cache.ts'
import { fileOf } from '../entry.ts'
import { type Layer, layerOf } from '../layer.ts'
import { thirdPartyLicenses } from './licenses.ts'
import { type Materials, sbomOf } from './sbom.ts'

export function appLayer(materials: Materials, root: string, cache: Cache): Promise<Layer> {
  const { app, epoch } = materials
  const entries = [
    ...app.entries,
    fileOf('usr/share/doc/knative-ts/LICENSE', readFileSync(join(root, 'LICENSE'))),
    fileOf('usr/share/doc/knative-ts/third-party-licenses.txt', thirdPartyLicenses(app.packages)),
    fileOf(`var/lib/db/sbom/${app.name}.spdx.json`, `${JSON.stringify(sbomOf(materials), undefined, 2)}\n`)
  ]
  return layerOf(entries, epoch, `knative-ts ${app.name} ${app.version}`, cache)
}
