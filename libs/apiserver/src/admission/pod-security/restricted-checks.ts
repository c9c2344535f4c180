/** The rules that level restricted adds to baseline: what a hardened pod must say of itself. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { containersOf, containersText, namesOf, plural, quoted, settersText, sorted, violation, type Check, type PodLike } from './check.ts'

const CONFINED = ['RuntimeDefault', 'Localhost']
const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret']
/** From here on pods that say that they run on Windows are spared what Windows does not have. */
const WINDOWS_SPARED = 25

const isWindows = ({ spec }: PodLike, minor: number) => minor >= WINDOWS_SPARED && spec.os?.name === 'windows'

export const restrictedChecks: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation',
    since: 8,
    run: (pod, minor) => {
      const names = namesOf(pod.spec, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false)
      const detail = `${containersText(names)} must set securityContext.allowPrivilegeEscalation=false`
      return violation(names.length > 0 && !isWindows(pod, minor), 'allowPrivilegeEscalation != false', detail)
    }
  },
  {
    id: 'capabilities_restricted',
    since: 22,
    overrides: 'capabilities_baseline',
    run: (pod, minor) => {
      const lacking = namesOf(pod.spec, ({ securityContext }) => securityContext?.capabilities?.drop?.includes('ALL') !== true)
      const added = ({ securityContext }: { securityContext?: k8s.SecurityContext }) =>
        (securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE')
      const adding = namesOf(pod.spec, (container) => added(container).length > 0)
      const details = [
        ...(lacking.length > 0 ? [`${containersText(lacking)} must set securityContext.capabilities.drop=["ALL"]`] : []),
        ...(adding.length > 0
          ? [
              `${containersText(adding)} must not include ${quoted(sorted(containersOf(pod.spec).flatMap(added)))} in securityContext.capabilities.add`
            ]
          : [])
      ]
      return violation(details.length > 0 && !isWindows(pod, minor), 'unrestricted capabilities', details.join('; '))
    }
  },
  {
    id: 'restrictedVolumes',
    since: 0,
    overrides: 'hostPathVolumes',
    run: ({ spec }) => {
      const bad = (spec.volumes ?? []).filter((volume) => !VOLUMES.some((source) => source in volume))
      const names = bad.map(({ name }) => name)
      const sources = sorted(bad.map((volume) => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown'))
      const types = `${plural('restricted volume type', 'restricted volume types', sources)} ${quoted(sources)}`
      const detail = `${plural('volume', 'volumes', names)} ${quoted(names)} ${plural('uses', 'use', names)} ${types}`
      return violation(bad.length > 0, 'restricted volume types', detail)
    }
  },
  {
    id: 'runAsNonRoot',
    since: 0,
    run: ({ spec }) => {
      const pod = spec.securityContext?.runAsNonRoot
      const asRoot = namesOf(spec, ({ securityContext }) => securityContext?.runAsNonRoot === false)
      const setters = settersText(pod === false, asRoot)
      if (setters !== '') return { reason: 'runAsNonRoot != true', detail: `${setters} must not set securityContext.runAsNonRoot=false` }
      const silent = pod === true ? [] : namesOf(spec, ({ securityContext }) => securityContext?.runAsNonRoot === undefined)
      return violation(
        silent.length > 0,
        'runAsNonRoot != true',
        `pod or ${containersText(silent)} must set securityContext.runAsNonRoot=true`
      )
    }
  },
  {
    id: 'runAsUser',
    since: 23,
    run: ({ spec }) => {
      const names = namesOf(spec, ({ securityContext }) => securityContext?.runAsUser === 0)
      const setters = settersText(spec.securityContext?.runAsUser === 0, names)
      return violation(setters !== '', 'runAsUser=0', `${setters} must not set runAsUser=0`)
    }
  },
  {
    id: 'seccompProfile_restricted',
    since: 19,
    overrides: 'seccompProfile_baseline',
    run: (pod, minor) => {
      const { spec } = pod
      if (isWindows(pod, minor)) return undefined
      const isBad = (profile: k8s.SeccompProfile | undefined) => profile !== undefined && !CONFINED.includes(profile.type)
      const own = spec.securityContext?.seccompProfile
      const names = namesOf(spec, ({ securityContext }) => isBad(securityContext?.seccompProfile))
      const types = [own, ...containersOf(spec).map(({ securityContext }) => securityContext?.seccompProfile)].flatMap((profile) =>
        profile !== undefined && isBad(profile) ? [profile.type] : []
      )
      const setters = settersText(isBad(own), names)
      if (setters !== '')
        return {
          reason: 'seccompProfile',
          detail: `${setters} must not set securityContext.seccompProfile.type to ${quoted(sorted(types))}`
        }
      const silent = own === undefined ? namesOf(spec, ({ securityContext }) => securityContext?.seccompProfile === undefined) : []
      const detail = `pod or ${containersText(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`
      return violation(silent.length > 0, 'seccompProfile', detail)
    }
  }
]
