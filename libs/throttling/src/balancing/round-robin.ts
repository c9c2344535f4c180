import type { Policy } from './policy.ts'

/** The pods take turns; full ones are passed over (containerConcurrency over 3). Each call makes a cursor of its own. */
export function roundRobin(): Policy {
  let cursor = 0
  return (pods) => {
    if (cursor >= pods.length) cursor = 0
    for (let turn = 0; turn < pods.length; turn++) {
      const index = (cursor + turn) % pods.length
      const pod = pods[index]
      if (pod?.reserve() !== true) continue
      cursor = index + 1
      return pod
    }
    return undefined
  }
}
