/** The network modes that can be tested on this machine. */
import { describe } from '@jest/globals'
import { canTest } from '@knative-ts/testing'
import { netnsObstacle } from '../network/netns-network.ts'

const hasNetns = canTest('pods in network namespaces', await netnsObstacle())

/** Rows for `describe.each`. */
export const networkModes: readonly ['netns' | 'loopback'][] = hasNetns ? [['netns'], ['loopback']] : [['loopback']]

/** `describe` of what needs network namespaces. */
export const describeNetns = hasNetns ? describe : describe.skip
