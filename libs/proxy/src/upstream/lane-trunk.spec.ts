import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { MemoryWire } from '../testing/memory-wire.ts'
import { frame } from '../testing/trunk-pair.ts'
import { Lane } from './lane.ts'
import { endTrunk, trunkOf } from './lane-trunk.ts'
import { UpstreamError } from './outcome.ts'

/** An address with requests under way, whose server takes trunks; `dialled` is the connection that a trunk is opened on, once `connect` is called. */
class Opening {
  readonly lane = new Lane('10.0.0.1:8012')
  readonly dialled = new MemoryWire()
  readonly #connected = Promise.withResolvers<MemoryWire>()
  readonly #asked = Promise.withResolvers<void>()
  dials = 0

  constructor() {
    this.lane.takesTrunks = true
    this.lane.busy = 2
    this.ask()
  }

  ask(): void {
    const dial = (): Promise<MemoryWire> => {
      this.dials++
      this.#asked.resolve()
      return this.#connected.promise
    }
    expect(trunkOf(this.lane, dial)).toBeUndefined()
  }

  async connect(): Promise<void> {
    await this.#asked.promise
    this.#connected.resolve(this.dialled)
    await this.settle()
  }

  async fail(): Promise<void> {
    await this.#asked.promise
    this.#connected.reject(new UpstreamError('refused', this.lane.address, 'refused'))
    await this.settle()
  }

  greet(): void {
    this.dialled.deliver(frame('greeting', 0))
  }

  /** As `drop` of the pool does. */
  drop(): void {
    this.lane.era++
    endTrunk(this.lane)
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }
}

describe('a trunk that is being opened', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['performance', 'queueMicrotask', 'setImmediate', 'nextTick'] }))
  afterEach(() => void jest.useRealTimers())

  it('is used once it has been greeted, and is the only one', async () => {
    const opening = new Opening()
    await opening.connect()
    opening.ask()
    opening.greet()
    expect([opening.lane.trunk?.usable, opening.lane.opening, opening.dials]).toEqual([true, false, 1])
  })

  it('keeps no connection to an address that was dropped while it was dialled', async () => {
    const opening = new Opening()
    opening.drop()
    await opening.connect()
    expect([opening.dialled.destroyed, opening.dialled.output, opening.lane.opening]).toEqual([true, '', false])
  })

  it('is not used for the next server at its address, which is another one', async () => {
    const opening = new Opening()
    await opening.connect()
    opening.drop()
    // The next server has said that it takes trunks, too.
    opening.lane.takesTrunks = true
    opening.greet()
    expect([opening.lane.trunk, opening.dialled.ended, opening.lane.takesTrunks]).toEqual([undefined, true, true])
  })

  it('does not take the word of the next server back when it cannot be opened', async () => {
    const opening = new Opening()
    opening.drop()
    opening.lane.takesTrunks = true
    await opening.fail()
    expect([opening.lane.takesTrunks, opening.lane.opening]).toEqual([true, false])
  })

  it('leaves no connection to a server that never greets', async () => {
    const opening = new Opening()
    await opening.connect()
    jest.advanceTimersByTime(5_000)
    await opening.settle()
    expect([opening.dialled.destroyed, opening.lane.opening, opening.lane.takesTrunks]).toEqual([true, false, false])
  })
})
