/** A request for CPU, in thousandths of a processor, as container runtimes tell it to the kernel. Pure. */

/** Kubernetes' conversion (MilliCPUToShares): 1024 a processor, at least 2. */
export const sharesOf = (milli: number): number => Math.min(262_144, Math.max(2, Math.floor((milli * 1024) / 1000)))

/** runc's conversion of shares (2 to 262144) to weights (1 to 10000). */
export const weightOf = (milli: number): number => 1 + Math.floor(((sharesOf(milli) - 2) * 9999) / 262_142)
