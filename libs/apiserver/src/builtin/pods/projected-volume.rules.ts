/** Rules of files that volumes make of keys, of fields and of tokens. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, type Cause } from '../../http/errors.ts'
import { each } from '../checks.ts'
import { checkSelector } from '../selector.rules.ts'
import { checkFieldReference, checkResourceReference } from './env.rules.ts'
import { checkFilePath } from './path.rules.ts'

const FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']
const SHORTEST_TOKEN = 600
const LONGEST_TOKEN = 2 ** 32

/** Permission bits: 0 to 0777. */
export const checkFileMode = (mode: number | undefined | null, field: string): Cause[] =>
  mode != null && (mode < 0 || mode > 0o777)
    ? [invalidValue(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : []

/** Keys and the files that they become. */
export const checkItems = (items: readonly k8s.KeyToPath[] | undefined, field: string): Cause[] => each(items, field, checkItem)

const checkItem = ({ key, path = '', mode }: k8s.KeyToPath, at: string): Cause[] => [
  ...(key ? [] : [required(`${at}.key`)]),
  ...(path === '' ? [required(`${at}.path`)] : []),
  ...checkFilePath(path, `${at}.path`),
  ...checkFileMode(mode, `${at}.mode`)
]

/** One file of the downward API. `field` is the path of the volume: the reference does not say which file it is. */
export function checkDownwardFile({ path = '', fieldRef, resourceFieldRef, mode }: k8s.DownwardAPIVolumeFile, field: string): Cause[] {
  const causes: Cause[] = path === '' ? [required(`${field}.path`)] : []
  causes.push(...checkFilePath(path, `${field}.path`))
  if (fieldRef != null) {
    causes.push(...checkFieldReference(fieldRef, FIELDS, `${field}.fieldRef`))
    if (resourceFieldRef != null)
      causes.push(invalidValue(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
  } else if (resourceFieldRef != null) causes.push(...checkResourceReference(resourceFieldRef, `${field}.resourceFieldRef`, true))
  else causes.push(required(field, 'one of fieldRef and resourceFieldRef is required'))
  return [...causes, ...checkFileMode(mode, `${field}.mode`)]
}

export function checkProjected({ defaultMode, sources }: k8s.ProjectedVolumeSource, field: string): Cause[] {
  const paths = new Set<string>()
  const collide = (path: string, shown: string): Cause[] => {
    if (path === '') return []
    if (paths.has(path)) return [invalidValue(field, shown, 'conflicting duplicate paths')]
    paths.add(path)
    return []
  }
  return [
    ...checkFileMode(defaultMode, `${field}.defaultMode`),
    ...each(sources, `${field}.sources`, (source, at) => checkSource(source, at, field, collide))
  ]
}

type Collide = (path: string, shown: string) => Cause[]

function checkSource(source: k8s.VolumeProjection, at: string, field: string, collide: Collide): Cause[] {
  const causes: Cause[] = []
  for (const kind of ['secret', 'configMap'] as const) {
    const named = source[kind]
    if (named == null) continue
    if (!named.name) causes.push(required(`${at}.${kind}.name`))
    causes.push(
      ...each(named.items, `${at}.${kind}.items`, (item, place) => [
        ...checkItem(item, place),
        ...collide(item.path ?? '', named.name ?? '')
      ])
    )
  }
  for (const file of source.downwardAPI?.items ?? [])
    causes.push(...checkDownwardFile(file, `${at}.downwardAPI`), ...collide(file.path ?? '', file.path ?? ''))
  causes.push(...checkToken(source.serviceAccountToken, `${at}.serviceAccountToken`, field))
  if (source.clusterTrustBundle != null) {
    causes.push(...checkTrust(source.clusterTrustBundle, `${at}.clusterTrustBundle`))
    causes.push(...collide(source.clusterTrustBundle.path ?? '', source.clusterTrustBundle.path ?? ''))
  }
  const count = Object.values(source).filter((one) => one !== undefined && one !== null).length
  return count > 1 ? [...causes, forbiddenField(at, 'may not specify more than 1 volume type per source')] : causes
}

// The reference tells the path of a token as one of the volume.
function checkToken(token: k8s.ServiceAccountTokenProjection | undefined, at: string, field: string): Cause[] {
  if (token == null) return []
  const seconds = token.expirationSeconds ?? 0
  const causes: Cause[] = []
  const refuse = (why: string) => causes.push(invalidValue(`${at}.expirationSeconds`, seconds, why))
  if (seconds < SHORTEST_TOKEN) refuse('may not specify a duration less than 10 minutes')
  if (seconds > LONGEST_TOKEN) refuse('may not specify a duration larger than 2^32 seconds')
  return [...causes, ...(token.path ? checkFilePath(token.path, `${field}.path`) : [required(`${field}.path`)])]
}

function checkTrust({ name, signerName, labelSelector, path }: k8s.ClusterTrustBundleProjection, at: string): Cause[] {
  const causes: Cause[] = []
  if (name != null && signerName != null)
    causes.push(
      invalidValue(
        at,
        { Name: name, SignerName: signerName, LabelSelector: labelSelector ?? null, Optional: null, Path: path ?? '' },
        'only one of name and signerName may be used'
      )
    )
  else if (name != null) {
    if (name === '') causes.push(required(`${at}.name`, 'must be a valid object name'))
    if (labelSelector != null)
      causes.push(invalidValue(`${at}.labelSelector`, labelSelector, 'labelSelector must be unset if name is specified'))
  } else if (signerName != null) {
    if (signerName === '') causes.push(required(`${at}.signerName`, 'must be a valid signer name'))
    causes.push(...checkSelector(labelSelector, `${at}.labelSelector`))
  } else causes.push(required(at, 'either name or signerName must be specified'))
  return [...causes, ...(path ? [] : [required(`${at}.path`)]), ...checkFilePath(path ?? '', `${at}.path`)]
}
