/** Rules of security contexts of pods and containers. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, tooLong, unsupportedValue, type Cause } from '../../http/errors.ts'
import { each, optionalWord, outside, Seen } from '../checks.ts'
import { checkDescending } from './path.rules.ts'

const MOST_ID = 2 ** 31 - 1
const SYSCTL = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined']
const LONGEST_PATH = 4095

const id = (field: string, value: number | undefined | null): Cause[] =>
  value != null && (value < 0 || value > MOST_ID) ? [invalidValue(field, value, outside(0, MOST_ID))] : []

export function checkPodSecurity(spec: k8s.PodSpec, field: string): Cause[] {
  const context = spec.securityContext
  if (context === undefined || context === null) return []
  const causes = [
    ...id(`${field}.fsGroup`, context.fsGroup),
    ...id(`${field}.runAsUser`, context.runAsUser),
    ...id(`${field}.runAsGroup`, context.runAsGroup),
    ...each(context.supplementalGroups, `${field}.supplementalGroups`, (group, at) => id(at, group))
  ]
  if (spec.shareProcessNamespace === true && spec.hostPID === true)
    causes.push(invalidValue(`${field}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'))
  causes.push(...checkSysctls(spec, `${field}.sysctls`))
  causes.push(...optionalWord(`${field}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']))
  causes.push(...checkSeccomp(context.seccompProfile, `${field}.seccompProfile`))
  causes.push(...checkAppArmor(context.appArmorProfile, `${field}.appArmorProfile`))
  causes.push(...optionalWord(`${field}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, ['Merge', 'Strict']))
  return [...causes, ...optionalWord(`${field}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['MountOption', 'Recursive'])]
}

function checkSysctls(spec: k8s.PodSpec, field: string): Cause[] {
  const names = new Seen()
  return each(spec.securityContext?.sysctls, field, ({ name = '' }, at) => {
    const causes: Cause[] = []
    if (name === '') causes.push(required(`${at}.name`))
    else if (name.length > 253 || !new RegExp(`^${SYSCTL}$`).test(name))
      causes.push(invalidValue(`${at}.name`, name, `must have at most 253 characters and match regex ^${SYSCTL}$`))
    else causes.push(...names.again(`${at}.name`, name))
    const dotted = name.replaceAll('/', '.')
    if (spec.hostNetwork === true && dotted.startsWith('net.'))
      causes.push(invalidValue(`${at}.name`, name, "may not be specified when 'hostNetwork' is true"))
    else if (spec.hostIPC === true && /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/.test(dotted))
      causes.push(invalidValue(`${at}.name`, name, "may not be specified when 'hostIPC' is true"))
    return causes
  })
}

/** `hostUsers`: the container shares the user namespace of the host. */
export function checkContainerSecurity(context: k8s.SecurityContext | undefined | null, field: string, hostUsers: boolean): Cause[] {
  if (context === undefined || context === null) return []
  const { privileged, allowPrivilegeEscalation, capabilities, procMount } = context
  const causes = [...id(`${field}.runAsUser`, context.runAsUser), ...id(`${field}.runAsGroup`, context.runAsGroup)]
  if (procMount != null) {
    if (procMount !== 'Default' && procMount !== 'Unmasked')
      causes.push(unsupportedValue(`${field}.procMount`, procMount, ['Default', 'Unmasked']))
    if (hostUsers && procMount === 'Unmasked')
      causes.push(invalidValue(`${field}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'))
  }
  causes.push(...checkSeccomp(context.seccompProfile, `${field}.seccompProfile`))
  if (allowPrivilegeEscalation === false) {
    const refuse = (what: string) =>
      invalidValue(field, internalContext(context), `cannot set \`allowPrivilegeEscalation\` to false and ${what}`)
    if (privileged === true) causes.push(refuse('`privileged` to true'))
    if (capabilities?.add?.includes('CAP_SYS_ADMIN') === true) causes.push(refuse('`capabilities.Add` CAP_SYS_ADMIN'))
  }
  return [...causes, ...checkAppArmor(context.appArmorProfile, `${field}.appArmorProfile`)]
}

/** As the reference prints it: all members of its own struct, in order. */
const internalContext = (context: k8s.SecurityContext) => ({
  Capabilities: context.capabilities == null ? null : { Add: context.capabilities.add ?? null, Drop: context.capabilities.drop ?? null },
  Privileged: context.privileged ?? null,
  SELinuxOptions: context.seLinuxOptions ?? null,
  WindowsOptions: context.windowsOptions ?? null,
  RunAsUser: context.runAsUser ?? null,
  RunAsGroup: context.runAsGroup ?? null,
  RunAsNonRoot: context.runAsNonRoot ?? null,
  ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
  AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
  ProcMount: context.procMount ?? null,
  SeccompProfile: context.seccompProfile ?? null,
  AppArmorProfile: context.appArmorProfile ?? null
})

function checkSeccomp(profile: k8s.SeccompProfile | undefined | null, field: string): Cause[] {
  if (profile === undefined || profile === null) return []
  const { type, localhostProfile: path } = profile
  const causes: Cause[] = []
  if (!type) causes.push(required(`${field}.type`, 'type is required when seccompProfile is set'))
  else causes.push(...optionalWord(`${field}.type`, type, PROFILES))
  const at = `${field}.localhostProfile`
  if (type === 'Localhost')
    return [...causes, ...(path == null ? [required(at, 'must be set when seccomp type is Localhost')] : checkDescending(path, at))]
  if (path == null) return causes
  return [...causes, invalidValue(at, { Type: type ?? '', LocalhostProfile: path }, 'can only be set when seccomp type is Localhost')]
}

function checkAppArmor(profile: k8s.AppArmorProfile | undefined | null, field: string): Cause[] {
  if (profile === undefined || profile === null) return []
  const { type, localhostProfile: name } = profile
  const at = `${field}.localhostProfile`
  if (!type) return [required(`${field}.type`, 'type is required when appArmorProfile is set')]
  if (!PROFILES.includes(type)) return [unsupportedValue(`${field}.type`, type, PROFILES)]
  if (type !== 'Localhost') return name == null ? [] : [invalidValue(at, name, 'can only be set when AppArmor type is Localhost')]
  if (!name?.trim() && name === name?.trim()) return [required(at, 'must be set when AppArmor type is Localhost')]
  const causes = name?.trim() === name ? [] : [invalidValue(at, name, 'must not be padded with whitespace')]
  return (name ?? '').length > LONGEST_PATH ? [...causes, tooLong(at, LONGEST_PATH)] : causes
}

/** Namespaces of the host, and users of one's own. */
export function checkHostUsers(spec: k8s.PodSpec, field: string): Cause[] {
  if (spec.hostUsers !== false) return []
  const why = 'when `hostUsers` is false'
  const causes: Cause[] = []
  if (spec.hostNetwork === true) causes.push(forbiddenField(`${field}.hostNetwork`, why))
  if (spec.hostPID === true) causes.push(forbiddenField(`${field}.HostPID`, why))
  if (spec.hostIPC === true) causes.push(forbiddenField(`${field}.HostIPC`, why))
  for (const list of ['initContainers', 'containers'] as const) {
    ;(spec[list] ?? []).forEach((container, index) => {
      if ((container.volumeDevices ?? []).length > 0) causes.push(forbiddenField(`${field}.${list}[${index}].volumeDevices`, why))
    })
  }
  return causes
}
