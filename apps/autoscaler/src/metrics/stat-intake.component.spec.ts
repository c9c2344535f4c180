/** Who may report statistics, over real gRPC streams. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { keptLog } from '@knative-ts/testing'
import { bearer, dialGrpc, serveGrpc, stats } from '@knative-ts/wire'
import { statIntakeOf } from './stat-intake.grpc.ts'

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const deferred = (): PromiseWithResolvers<void> => Promise.withResolvers<void>()
const messages = [{ namespace: 'default', name: 'hello-00001', stat: { ...stats.Stat.create(), podName: 'activator-1', requestCount: 3 } }]

/** Opens a stream with a token and reports at once; what was received, and what became of the stream. */
async function report(token: string | undefined, admit: (token: string | undefined) => Promise<string | undefined>, sent = deferred()) {
  const taken: string[] = []
  const log = keptLog()
  const take = ({ name }: { readonly name: string }, { requestCount }: { readonly requestCount: number }): void =>
    void taken.push(`${name} ${requestCount}`)
  const server = await serveGrpc([statIntakeOf({ take, pass: () => undefined, admit, log })], { host: '127.0.0.1', port: 0 })
  closers.push(() => server.close(0))
  const client = dialGrpc(stats.StatIntakeClient, `127.0.0.1:${server.port}`)
  closers.push(() => client.close())
  const call = client.report(bearer(token))
  call.write({ messages, told: [], final: false }, () => sent.resolve())
  const outcome = await new Promise<unknown>((resolve) => {
    call.on('data', resolve)
    call.on('error', ({ code, details }: Error & { code: number; details: string }) => resolve({ code, details }))
  })
  call.cancel()
  return { taken, outcome, log }
}

describe('statistics', () => {
  it('are taken from an activator, those too that came while its token was looked at', async () => {
    const sent = deferred()
    const admit = async (token: string | undefined): Promise<string | undefined> => {
      await sent.promise
      return token === 'word' ? undefined : 'no'
    }
    const { taken, outcome } = await report('word', admit, sent)
    expect(taken).toEqual(['hello-00001 3'])
    expect(outcome).toMatchObject({ batches: 1 })
  })

  it('are taken from nobody else', async () => {
    const { taken, outcome, log } = await report(undefined, async () => 'send its token')
    expect(outcome).toEqual({ code: 16, details: 'send its token' })
    expect(taken).toEqual([])
    expect(log.lines.map(({ message }) => message)).toEqual(['refused a call'])
  })

  it('are not taken while nobody can say who reports', async () => {
    const { taken, outcome } = await report('word', () => Promise.reject(new Error('the API server is away')))
    expect(outcome).toEqual({ code: 14, details: 'cannot find out who asks: the API server is away' })
    expect(taken).toEqual([])
  })
})
