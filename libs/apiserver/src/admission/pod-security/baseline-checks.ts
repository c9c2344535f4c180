/** The rules of level baseline: what lets a pod out of its container. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { containersOf, containersText, namesOf, plural, quoted, settersText, sorted, violation, type Check } from './check.ts'

const CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT'
])

/** Sysctls by the minor version that allows them first. */
const SYSCTLS: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32
}

const SELINUX_TYPES: Readonly<Record<string, number>> = {
  '': 0,
  container_t: 0,
  container_init_t: 0,
  container_kvm_t: 0,
  container_engine_t: 31
}

const CONFINED = ['RuntimeDefault', 'Localhost']
const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/'

const allows = (since: Readonly<Record<string, number>>, name: string, minor: number) =>
  Object.hasOwn(since, name) && (since[name] ?? 0) <= minor

/** Hosts other than the pod's own that probes and hooks of a container would reach. */
function hostsOf({ livenessProbe, readinessProbe, startupProbe, lifecycle }: k8s.Container): string[] {
  const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop]
  return handlers.flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host]).filter((host) => Boolean(host)) as string[]
}

export const baselineChecks: readonly Check[] = [
  {
    id: 'appArmorProfile',
    since: 0,
    run: ({ metadata, spec }) => {
      const isBad = (profile: k8s.AppArmorProfile | undefined) => profile !== undefined && !CONFINED.includes(profile.type)
      const pod = spec.securityContext?.appArmorProfile
      const bad = containersOf(spec).filter(({ securityContext }) => isBad(securityContext?.appArmorProfile))
      const annotations = Object.entries(metadata.annotations ?? {})
        .filter(([key, value]) => key.startsWith(APPARMOR_ANNOTATION) && !/^$|^runtime\/default$|^localhost\//.test(value))
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .sort()
      const profiles = [
        ...(isBad(pod) ? [pod?.type ?? ''] : []),
        ...bad.map(({ securityContext }) => securityContext?.appArmorProfile?.type ?? '')
      ]
      const values = [...sorted(profiles), ...annotations]
      const setters = settersText(
        isBad(pod),
        bad.map(({ name }) => name)
      )
      const told = [setters, annotations.length === 0 ? '' : plural('annotation', 'annotations', annotations)].filter(Boolean).join(' and ')
      const reason = plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values)
      return violation(told !== '', reason, `${told} must not set AppArmor profile type to ${quoted(values)}`)
    }
  },
  {
    id: 'capabilities_baseline',
    since: 0,
    run: ({ spec }) => {
      const added = ({ securityContext }: { securityContext?: k8s.SecurityContext }) =>
        (securityContext?.capabilities?.add ?? []).filter((name) => !CAPABILITIES.has(name))
      const names = namesOf(spec, (container) => added(container).length > 0)
      const capabilities = quoted(sorted(containersOf(spec).flatMap(added)))
      const detail = `${containersText(names)} must not include ${capabilities} in securityContext.capabilities.add`
      return violation(names.length > 0, 'non-default capabilities', detail)
    }
  },
  {
    id: 'hostNamespaces',
    since: 0,
    run: ({ spec }) => {
      const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name] === true).map((name) => `${name}=true`)
      return violation(used.length > 0, 'host namespaces', used.join(', '))
    }
  },
  {
    id: 'hostPathVolumes',
    since: 0,
    run: ({ spec }) => {
      const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name)
      return violation(names.length > 0, 'hostPath volumes', `${plural('volume', 'volumes', names)} ${quoted(names)}`)
    }
  },
  {
    id: 'hostPorts',
    since: 0,
    run: ({ spec }) => {
      const portsOf = ({ ports = [] }: { ports?: k8s.ContainerPort[] }) =>
        ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []))
      const names = namesOf(spec, (container) => portsOf(container).length > 0)
      const ports = sorted(containersOf(spec).flatMap(portsOf))
      const detail = `${containersText(names)} ${plural('uses', 'use', names)} ${plural('hostPort', 'hostPorts', ports)} ${ports.join(', ')}`
      return violation(names.length > 0, 'hostPort', detail)
    }
  },
  {
    id: 'hostProbesAndHostLifecycle',
    since: 34,
    run: ({ spec }) => {
      const names = sorted(namesOf(spec, (container) => hostsOf(container as k8s.Container).length > 0))
      const hosts = sorted(containersOf(spec).flatMap((container) => hostsOf(container as k8s.Container)))
      const what = plural('probe or lifecycle host', 'probe or lifecycle hosts', hosts)
      const detail = `${containersText(names)} ${plural('uses', 'use', names)} ${what} ${quoted(hosts)}`
      return violation(names.length > 0, 'probe or lifecycle host', detail)
    }
  },
  {
    id: 'privileged',
    since: 0,
    run: ({ spec }) => {
      const names = namesOf(spec, ({ securityContext }) => securityContext?.privileged === true)
      return violation(names.length > 0, 'privileged', `${containersText(names)} must not set securityContext.privileged=true`)
    }
  },
  {
    id: 'procMount',
    since: 0,
    run: ({ spec }) => {
      const odd = ({ securityContext }: { securityContext?: k8s.SecurityContext }) =>
        [securityContext?.procMount ?? 'Default'].filter((mount) => mount !== 'Default')
      const names = namesOf(spec, (container) => odd(container).length > 0)
      const mounts = quoted(sorted(containersOf(spec).flatMap(odd)))
      return violation(names.length > 0, 'procMount', `${containersText(names)} must not set securityContext.procMount to ${mounts}`)
    }
  },
  {
    id: 'seLinuxOptions',
    since: 0,
    run: ({ spec }, minor) => {
      const isBad = (options: k8s.SELinuxOptions | undefined): options is k8s.SELinuxOptions =>
        options !== undefined && (!allows(SELINUX_TYPES, options.type ?? '', minor) || Boolean(options.user) || Boolean(options.role))
      const names = namesOf(spec, ({ securityContext }) => isBad(securityContext?.seLinuxOptions))
      const bad = [spec.securityContext, ...containersOf(spec).map(({ securityContext }) => securityContext)]
        .map((context) => context?.seLinuxOptions)
        .filter(isBad)
      const types = sorted(bad.map(({ type = '' }) => type).filter((type) => !allows(SELINUX_TYPES, type, minor)))
      const why = [
        ...(types.length > 0 ? [`${plural('type', 'types', types)} ${quoted(types)}`] : []),
        ...(bad.some(({ user }) => user) ? ['user may not be set'] : []),
        ...(bad.some(({ role }) => role) ? ['role may not be set'] : [])
      ]
      const setters = settersText(isBad(spec.securityContext?.seLinuxOptions), names)
      return violation(setters !== '', 'seLinuxOptions', `${setters} set forbidden securityContext.seLinuxOptions: ${why.join('; ')}`)
    }
  },
  {
    id: 'seccompProfile_baseline',
    since: 19,
    run: ({ spec }) => {
      const isBad = (profile: k8s.SeccompProfile | undefined) => profile !== undefined && !CONFINED.includes(profile.type)
      const names = namesOf(spec, ({ securityContext }) => isBad(securityContext?.seccompProfile))
      const types = [spec.securityContext, ...containersOf(spec).map(({ securityContext }) => securityContext)]
        .map((context) => context?.seccompProfile)
        .flatMap((profile) => (profile !== undefined && isBad(profile) ? [profile.type] : []))
      const setters = settersText(isBad(spec.securityContext?.seccompProfile), names)
      const detail = `${setters} must not set securityContext.seccompProfile.type to ${quoted(sorted(types))}`
      return violation(setters !== '', 'seccompProfile', detail)
    }
  },
  {
    id: 'sysctls',
    since: 0,
    run: ({ spec }, minor) => {
      const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !allows(SYSCTLS, name, minor))
      return violation(names.length > 0, 'forbidden sysctls', names.join(', '))
    }
  },
  {
    id: 'windowsHostProcess',
    since: 0,
    run: ({ spec }) => {
      const names = namesOf(spec, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true)
      const setters = settersText(spec.securityContext?.windowsOptions?.hostProcess === true, names)
      return violation(setters !== '', 'hostProcess', `${setters} must not set securityContext.windowsOptions.hostProcess=true`)
    }
  }
]
