import { describe, expect, it } from '@jest/globals'
import { capabilityMask, capabilityNames, ownCapabilities } from './capabilities.ts'

const names = (mask: bigint): string[] => capabilityNames.filter((_, index) => (mask & (1n << BigInt(index))) !== 0n)
const usual = names(capabilityMask())

describe('the capabilities of a container', () => {
  it('are containerd’s default set', () => {
    expect(capabilityMask().toString(16)).toBe('a80425fb')
    expect(usual.length).toBe(14)
  })

  it.each([
    [{ add: ['NET_ADMIN'] }, [...usual, 'NET_ADMIN']],
    [{ add: ['CAP_NET_ADMIN', 'net_admin'] }, [...usual, 'NET_ADMIN']],
    [{ drop: ['CHOWN'] }, usual.filter((name) => name !== 'CHOWN')],
    [{ drop: ['ALL'] }, []],
    [{ drop: ['ALL'], add: ['NET_BIND_SERVICE'] }, ['NET_BIND_SERVICE']],
    [{ add: ['ALL'] }, [...capabilityNames]],
    [{ add: ['ALL'], drop: ['SYS_ADMIN'] }, capabilityNames.filter((name) => name !== 'SYS_ADMIN')],
    [{ add: ['KILL'], drop: ['KILL'] }, usual.filter((name) => name !== 'KILL')]
  ])('with %j', (wanted, expected) => {
    expect(names(capabilityMask(wanted)).toSorted()).toEqual(expected.toSorted())
  })

  it('are all of them when it is privileged, whatever it drops', () => {
    expect(names(capabilityMask({ drop: ['ALL'] }, true))).toEqual([...capabilityNames])
  })

  it('must be ones that there are', () => {
    expect(() => capabilityMask({ drop: ['FLY'] })).toThrow('unknown capability "CAP_FLY"')
  })

  it('are at most those of the agent', () => {
    expect(ownCapabilities('Name:\tx\nCapPrm:\t00000000a80425fb\nCapEff:\t0\n')).toBe(0xa80425fbn)
    expect(ownCapabilities('Name:\tx\n')).toBe(0n)
  })
})
