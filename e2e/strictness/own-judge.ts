import { createServer } from '../../libs/proxy/src/server/create-server.ts'
import { RawClient } from '../../libs/proxy/src/testing/raw-client.ts'
import { answersTo } from '../../libs/proxy/src/strictness/outcome.ts'
import { Witness } from '../../libs/proxy/src/strictness/witness.ts'
import type { OwnJudgement } from './judgement.ts'

/** Our server, on a socket. */
export class OwnJudge {
  readonly #witness = new Witness()
  // What a client that has ended its side had asked for is answered, so that every message can end in an end.
  readonly #server = createServer({ handler: this.#witness.handler, halfClose: 'serve' })
  #port = 0

  async start(): Promise<void> {
    ;({ port: this.#port } = await this.#server.listen({ port: 0, host: '127.0.0.1' }))
  }

  async of(message: Buffer): Promise<OwnJudgement> {
    const client = await RawClient.to(this.#port)
    const port = client.socket.localPort as number
    try {
      client.send(message)
      client.socket.end()
      const received = await client.end()
      const sees = this.#witness.of(port)
      const { whole } = answersTo(sees, received)
      return { sees, inBody: this.#witness.begun(port) > sees.length, refused: whole.some(({ status }) => status !== 200) }
    } finally {
      client.socket.destroy()
      this.#witness.forget(port)
    }
  }

  close(): Promise<void> {
    return this.#server.close()
  }
}
