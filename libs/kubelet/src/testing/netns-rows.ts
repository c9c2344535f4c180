import { netnsObstacle } from '../network/netns-network.ts'

/**
 * Rows for `describe.each`: the network modes that can be tested here. Where namespaces cannot be made the reason is printed, and with CI=true it
 * is an error: there these tests must run.
 */
export async function networkModeRows(): Promise<['netns' | 'loopback'][]> {
  return [...(await netnsRows()), ['loopback']]
}

/** As {@link networkModeRows}, without loopback. A suite needs a row, so a machine without namespaces fails it in CI and is told elsewhere. */
export async function netnsRows(): Promise<['netns'][]> {
  const obstacle = await netnsObstacle()
  if (obstacle === undefined) return [['netns']]
  if (process.env.CI === 'true') throw new Error(`network namespaces must be tested in CI: ${obstacle}`)
  process.stderr.write(`not run: pods in network namespaces: ${obstacle}\n`)
  return []
}
