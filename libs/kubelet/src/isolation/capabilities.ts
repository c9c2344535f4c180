/** Linux capabilities by number, as include/uapi/linux/capability.h has them. */
export const capabilityNames = [
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'LINUX_IMMUTABLE',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_ADMIN',
  'NET_RAW',
  'IPC_LOCK',
  'IPC_OWNER',
  'SYS_MODULE',
  'SYS_RAWIO',
  'SYS_CHROOT',
  'SYS_PTRACE',
  'SYS_PACCT',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_NICE',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'MKNOD',
  'LEASE',
  'AUDIT_WRITE',
  'AUDIT_CONTROL',
  'SETFCAP',
  'MAC_OVERRIDE',
  'MAC_ADMIN',
  'SYSLOG',
  'WAKE_ALARM',
  'BLOCK_SUSPEND',
  'AUDIT_READ',
  'PERFMON',
  'BPF',
  'CHECKPOINT_RESTORE'
] as const

/** What a container has unless it asks otherwise: containerd's default set. */
const defaults = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE'
]

const bitOf = (name: string): bigint | undefined => {
  const index = (capabilityNames as readonly string[]).indexOf(name)
  return index < 0 ? undefined : 1n << BigInt(index)
}

const all = (1n << BigInt(capabilityNames.length)) - 1n

/** A capability that there is not; the message is containerd's. */
export class UnknownCapability extends Error {}

/**
 * The mask of a container's capabilities: the defaults (all, for a privileged one), without `drop`, with `add`; ALL stands for every one, and what
 * is added by name stays when ALL is dropped, as in containerd. Throws {@link UnknownCapability}.
 */
export function capabilityMask(
  wanted: { readonly add?: readonly string[]; readonly drop?: readonly string[] } = {},
  privileged = false
): bigint {
  if (privileged) return all
  const bits = (names: readonly string[] = []): bigint => names.reduce((mask, name) => mask | bitsOf(name), 0n)
  const named = (names: readonly string[] = []): readonly string[] => names.filter((name) => bare(name) !== 'ALL')
  let mask = bits(defaults)
  if (wanted.add?.some((name) => bare(name) === 'ALL') === true) mask = all
  if (wanted.drop?.some((name) => bare(name) === 'ALL') === true) mask = 0n
  return (mask | bits(named(wanted.add))) & ~bits(named(wanted.drop))
}

/** Those that this process has itself, and can therefore give; a machine may hold some back. `status` is /proc/self/status. */
export function ownCapabilities(status: string): bigint {
  return BigInt(`0x${/^CapPrm:\s+([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
}

const bare = (name: string): string => name.toUpperCase().replace(/^CAP_/, '')

function bitsOf(name: string): bigint {
  const bit = bitOf(bare(name))
  if (bit === undefined) throw new UnknownCapability(`unknown capability "CAP_${bare(name)}"`)
  return bit
}
