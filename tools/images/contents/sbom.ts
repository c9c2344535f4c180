/** The bill of materials of an image: SPDX 2.3 as JSON (https://spdx.github.io/spdx-spec/v2.3/). */
import type { Architecture } from '../architecture.ts'
import type { Lock } from '../lock.ts'
import type { App } from './app.ts'

export interface Materials {
  readonly app: App
  readonly architecture: Architecture
  readonly lock: Lock
  /** The image that takes the place of Debian's packages: its name and digest. */
  readonly base: { readonly name: string; readonly digest: string } | undefined
  readonly epoch: number
}

interface Part {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly license: string
  readonly purl: string
  /** What vulnerabilities are filed under, where a package's address does not lead to it. */
  readonly cpe?: string
  readonly checksum?: { readonly algorithm: 'SHA256' | 'SHA512'; readonly checksumValue: string }
}

export function sbomOf(materials: Materials): object {
  const { app, architecture, epoch } = materials
  const parts = partsOf(materials)
  const own: Part = {
    id: `app-${app.name}`,
    name: app.name,
    version: app.version,
    license: 'Apache-2.0',
    purl: `pkg:generic/knative-ts/${app.name}@${app.version}`
  }
  const relations = parts.map(({ id }) => ({ spdxElementId: spdxId(own.id), relationshipType: 'CONTAINS', relatedSpdxElement: spdxId(id) }))
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `knative-ts/${app.name}-${app.version}-${architecture}`,
    documentNamespace: `https://knative-ts.invalid/spdx/${app.name}/${app.version}/${architecture}/${epoch}`,
    creationInfo: { created: timeOf(epoch), creators: ['Tool: knative-ts-images'] },
    packages: [own, ...parts].map(packageOf),
    relationships: [{ spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: spdxId(own.id) }, ...relations]
  }
}

/** SPDX wants no fractions of seconds. */
export const timeOf = (epoch: number): string => new Date(epoch * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

function partsOf({ app, architecture, lock, base }: Materials): Part[] {
  const { version, [architecture]: node } = lock.node
  const integrity = Buffer.from(node.integrity.replace(/^sha512-/, ''), 'base64').toString('hex')
  return [
    ...(base === undefined
      ? lock.debian[architecture].map((each) => ({
          id: `deb-${each.name}`,
          name: each.name,
          version: each.version,
          license: '',
          purl: `pkg:deb/debian/${encodeURIComponent(each.name)}@${encodeURIComponent(each.version)}?arch=${each.path.endsWith('_all.deb') ? 'all' : architecture}&distro=${lock.suite}`,
          checksum: { algorithm: 'SHA256' as const, checksumValue: each.sha256 }
        }))
      : [
          {
            id: 'base',
            name: base.name,
            version: base.digest,
            license: '',
            purl: `pkg:oci/${base.name.split('/').at(-1)}@${encodeURIComponent(base.digest)}`
          }
        ]),
    {
      id: 'node',
      name: 'node',
      version,
      license: 'MIT',
      purl: `pkg:npm/${node.package}@${version}`,
      cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
      checksum: { algorithm: 'SHA512', checksumValue: integrity }
    },
    ...app.packages.map(({ name, version: of, license }) => npm(name, of, license))
  ]
}

const npm = (name: string, version: string, license: string): Part => ({
  id: `npm-${name}-${version}`,
  name,
  version,
  license,
  purl: `pkg:npm/${name.replace('@', '%40')}@${version}`
})

function packageOf({ id, name, version, license, purl, cpe, checksum }: Part): object {
  return {
    SPDXID: spdxId(id),
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    // Anything that is no expression of SPDX makes the whole document invalid.
    licenseDeclared:
      /^\(?[A-Za-z0-9.+-]+( (OR|AND|WITH) [A-Za-z0-9.+-]+)*\)?$/.test(license) && license !== 'UNLICENSED' ? license : 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    ...(checksum === undefined ? {} : { checksums: [checksum] }),
    externalRefs: [
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl },
      ...(cpe === undefined ? [] : [{ referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: cpe }])
    ]
  }
}

const spdxId = (text: string): string => `SPDXRef-${text.replace(/[^A-Za-z0-9.-]/g, '-')}`
