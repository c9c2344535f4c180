/** PersistentVolumeClaim: defaults, rules, and what may change. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, type Cause } from '../../http/errors.ts'
import { sameJson } from '../../requests/same-json.ts'
import { immutable } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { quantityValue } from '../quantity.ts'
import { claimSizeWarnings } from '../warnings.ts'
import { checkClaimSpec } from './claim-spec.rules.ts'

const CLASS = 'volume.beta.kubernetes.io/storage-class'
const FROZEN = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

/** The part of a spec that may not change; `bound` claims may grow. */
function frozenPart(claim: k8s.PersistentVolumeClaim, before: k8s.PersistentVolumeClaim): unknown {
  const isBound = before.status?.phase === 'Bound'
  const { volumeName, storageClassName, resources, volumeAttributesClassName, ...rest } =
    claim.spec ?? ({} as k8s.PersistentVolumeClaimSpec)
  const old = before.spec
  const { storage: _size, ...requests } = resources?.requests ?? {}
  return {
    ...rest,
    // Both are filled in once.
    volumeName: old?.volumeName ? volumeName : undefined,
    storageClassName: old?.storageClassName === undefined ? undefined : (storageClassName ?? null),
    resources: isBound ? { ...resources, requests } : resources,
    volumeAttributesClassName: isBound ? undefined : volumeAttributesClassName
  }
}

function checkChange(claim: k8s.PersistentVolumeClaim, before: k8s.PersistentVolumeClaim): Cause[] {
  const causes: Cause[] = []
  const [annotation, old] = [claim.metadata.annotations?.[CLASS] ?? '', before.metadata.annotations?.[CLASS] ?? '']
  if (annotation !== old) causes.push(invalidValue(`metadata.annotations.${CLASS}`, annotation, 'field is immutable'))
  if (!sameJson(frozenPart(claim, before), frozenPart(before, before))) causes.push(forbiddenField('spec', FROZEN))
  const size = (of: k8s.PersistentVolumeClaim) => quantityValue(of.spec?.resources?.requests?.['storage'] ?? 0)
  if (size(claim) < size(before) && size(claim) <= quantityValue(before.status?.capacity?.['storage'] ?? 0))
    causes.push(forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'))
  return [...causes, ...immutable('volumeMode', claim.spec?.volumeMode, before.spec?.volumeMode)]
}

const isOldSource = ({ apiGroup, kind }: k8s.TypedLocalObjectReference) =>
  apiGroup ? apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot' : kind === 'PersistentVolumeClaim'

/** Two names of one field, for those who know only one of them; the older one is for claims and snapshots only. */
function matchSources(spec: k8s.PersistentVolumeClaimSpec | undefined, before?: k8s.PersistentVolumeClaimSpec): void {
  if (spec === undefined) return
  const isOld = before?.dataSource != null || before?.dataSourceRef != null
  if (!isOld && spec.dataSource != null && !isOldSource(spec.dataSource)) delete spec.dataSource
  if (spec.dataSourceRef?.namespace) return
  if (spec.dataSource != null) spec.dataSourceRef ??= { ...spec.dataSource }
  else if (spec.dataSourceRef != null) {
    const { namespace: _none, ...reference } = spec.dataSourceRef
    spec.dataSource = reference
  }
}

export const volumeClaimRules: KindRules<k8s.PersistentVolumeClaim> = {
  defaults({ spec }) {
    if (spec === undefined) return
    spec.volumeMode ??= 'Filesystem'
  },
  prepareCreate(claim) {
    claim.status = { phase: 'Pending' }
    matchSources(claim.spec)
  },
  prepareUpdate({ spec }, before) {
    matchSources(spec, before.spec)
  },
  check: ({ spec }) => checkClaimSpec(spec, 'spec'),
  checkUpdate: checkChange,
  warnings: ({ metadata, spec }) => [
    ...(metadata.annotations?.[CLASS] === undefined
      ? []
      : [`metadata.annotations[${CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`]),
    ...(spec === undefined ? [] : claimSizeWarnings(spec, 'spec'))
  ]
}
