import { totalmem } from 'node:os'

/** Bytes that this process may use by its cgroup; undefined when it has no limit of its own. */
export function memoryLimit(): number | undefined {
  const limit = process.constrainedMemory()
  // Without a limit the kernel names a number beyond all memory, or none.
  return limit > 0 && limit < totalmem() ? limit : undefined
}
