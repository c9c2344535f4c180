import { describe, expect, it } from '@jest/globals'
import type { routing } from '@knative-ts/wire'
import { Fleet } from './fleet.ts'

const state = (gateway: string, serving: Record<string, string>, connected = true): routing.GatewayState => ({
  gateway,
  address: `ip-${gateway}`,
  connected,
  serving
})
const says = (controller: string, gateways: routing.GatewayState[], complete = false): routing.GatewayStates => ({
  controller,
  complete,
  gateways
})

function fleet() {
  const woken: string[] = []
  return { fleet: new Fleet((key) => woken.push(key)), woken }
}

describe('fleet of gateways', () => {
  it('does not serve anything while there is no gateway', () => {
    expect(fleet().fleet.servedByAll('d/x', '1')).toBe(false)
  })

  it('serves a version when every gateway does, on whatever replica', () => {
    const { fleet: all, woken } = fleet()
    all.report(says('c1', [state('g1', { 'd/x': '1' })], true))
    expect(all.servedByAll('d/x', '1')).toBe(true)
    all.report(says('c2', [state('g2', {})], true))
    expect(all.servedByAll('d/x', '1')).toBe(false)
    all.report(says('c2', [state('g2', { 'd/x': '1' })]))
    expect(woken).toEqual(['d/x'])
    expect(all.servedByAll('d/x', '1')).toBe(true)
    expect(all.servedByAll('d/x', '2')).toBe(false)
  })

  it('waits for a ready endpoint that is not connected until it comes or leaves', () => {
    const { fleet: all, woken } = fleet()
    all.report(says('c1', [state('g1', { 'd/x': '1' })], true))
    all.expect([
      { name: 'g1', address: 'ip-g1' },
      { name: 'g2', address: 'ip-g2' }
    ])
    expect(all.servedByAll('d/x', '1')).toBe(false)
    all.expect([{ name: 'g1', address: 'ip-g1' }])
    expect(woken).toEqual(['d/x'])
    expect(all.servedByAll('d/x', '1')).toBe(true)
  })

  it('knows an endpoint without a pod by its address', () => {
    const { fleet: all } = fleet()
    all.report(says('c1', [state('g1', { 'd/x': '1' })], true))
    all.expect([{ name: '', address: 'ip-g1' }])
    expect(all.servedByAll('d/x', '1')).toBe(true)
  })

  it('forgets a gateway that left, and those of a replica that left', () => {
    const { fleet: all } = fleet()
    all.report(says('c1', [state('g1', { 'd/x': '1' })], true))
    all.report(says('c2', [state('g2', { 'd/x': '0' })], true))
    all.report(says('c2', [state('g2', {}, false)]))
    expect(all.servedByAll('d/x', '1')).toBe(true)
    all.forget('c1')
    expect(all.servedByAll('d/x', '1')).toBe(false)
  })

  it('takes the better word of a gateway that moves between replicas', () => {
    const { fleet: all } = fleet()
    all.report(says('c1', [state('g1', { 'd/x': '1' })], true))
    all.report(says('c2', [state('g1', {})], true))
    expect(all.servedByAll('d/x', '1')).toBe(true)
  })

  it('wakes nobody for a key that nobody waits for', () => {
    const { fleet: all, woken } = fleet()
    all.report(says('c1', [state('g1', {})], true))
    all.servedByAll('d/x', '1')
    all.release('d/x')
    all.report(says('c1', [state('g1', { 'd/x': '1' })]))
    expect(woken).toEqual([])
  })

  it('resolves a wait as soon as all serve, and gives up in time', async () => {
    const { fleet: all } = fleet()
    const { signal } = new AbortController()
    const waiting = all.whenServedByAll('d/x', '1', 5_000, signal)
    all.report(says('c1', [state('g1', { 'd/x': '1' })], true))
    await expect(waiting).resolves.toBe(true)
    await expect(all.whenServedByAll('d/x', '2', 1, signal)).resolves.toBe(false)
  })
})
