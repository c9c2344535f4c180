import type { Log } from '@knative-ts/kube'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { cleanUp } from '../clean-up.ts'
import { Launcher } from '../isolation/launcher/launcher.ts'
import { LoopbackNetwork } from '../loopback/loopback-network.ts'
import { Ledger } from '../process/ledger.ts'
import { NetnsNetwork, netnsObstacle } from './netns-network.ts'
import type { Network } from './network.ts'
import { takeBridgeSlot } from './slot.ts'

/** How pods get addresses. `auto`: network namespaces where this process may make them, loopback addresses elsewhere. */
export type NetworkMode = 'auto' | 'netns' | 'loopback'

/** A network that is ready for pods. Made before the API server starts, which must allocate ClusterIPs from `network.facts.serviceRange`. */
export interface OpenNetwork {
  readonly network: Network
  readonly ledger: Ledger
  /** The agent's own directory below the one given. */
  readonly stateDirectory: string
  /** Starts processes for the agent; absent where there is none for this processor, or pods have no namespaces. It goes with the network. */
  readonly launcher?: Launcher
}

/** Cleans up what an agent that was killed left behind, then makes the network. Rejects when the mode is not possible here. */
export async function openNetwork(options: {
  readonly mode: NetworkMode
  readonly stateDirectory: string
  readonly log: Log
  /** Network namespaces kept ready; 3 unless given. */
  readonly poolSize?: number
}): Promise<OpenNetwork> {
  const { mode, log, poolSize = 3 } = options
  const stateDirectory = join(options.stateDirectory, 'kubelet')
  const left = await cleanUp(options.stateDirectory)
  if (left > 0) log.info({ processes: left }, 'ended processes that an earlier node agent had left behind')
  mkdirSync(stateDirectory, { recursive: true })
  const ledger = new Ledger(stateDirectory)
  const obstacle = mode === 'loopback' ? undefined : await netnsObstacle()
  if (mode === 'netns' && obstacle !== undefined) throw new Error(`network mode netns is not possible: ${obstacle}; use auto or loopback`)
  if (mode === 'loopback' || obstacle !== undefined) {
    if (obstacle !== undefined) log.info({ obstacle }, 'pods get loopback addresses')
    return { network: await LoopbackNetwork.take(stateDirectory), ledger, stateDirectory }
  }
  const launcher = Launcher.isKnown ? new Launcher(stateDirectory) : undefined
  const network = new NetnsNetwork({ slot: await takeBridgeSlot(), stateDirectory, ledger, log, poolSize, launcher })
  try {
    await network.start()
  } catch (error) {
    await network.close()
    throw error
  }
  return { network, ledger, stateDirectory, ...(launcher === undefined ? {} : { launcher }) }
}
