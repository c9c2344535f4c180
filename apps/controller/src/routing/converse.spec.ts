import { EventEmitter } from 'node:events'
import { Metadata } from '@grpc/grpc-js'
import { expect, it } from '@jest/globals'
import { keptLog } from '@knative-ts/testing'
import { converse } from './converse.ts'

class Call extends EventEmitter {
  readonly metadata = new Metadata()
  ended = 0

  getPeer(): string {
    return '10.0.0.1:1'
  }

  end(): void {
    this.ended++
  }
}

/** A conversation of somebody who may speak, and what has come of it. */
async function conversation() {
  const call = new Call()
  const happened: string[] = []
  converse<string>(call, {
    admit: () => Promise.resolve(undefined),
    log: keptLog(),
    heard: (message) => happened.push(message),
    close: () => happened.push('closed')
  })
  while (call.listenerCount('data') === 0) await Promise.resolve()
  return { call, happened }
}

it.each(['cancelled', 'error', 'close'])('hears nothing behind the %s of a stream, though more was under way', async (end) => {
  const { call, happened } = await conversation()
  call.emit('data', 'hello')
  call.emit(end, new Error('gone'))
  call.emit('data', 'late')
  expect(happened).toEqual(['hello', 'closed'])
})

it('ends its side when the caller has ended its own', async () => {
  const { call, happened } = await conversation()
  call.emit('end')
  expect([call.ended, happened]).toEqual([1, ['closed']])
})
