import { afterAll, beforeAll, expect } from '@jest/globals'
import type { ApiServerOptions } from './api-server.ts'
import { startTestServer, type TestServer } from './test-server.ts'

/** A server that runs from before the first test of the suite to after its last one, and may not log a defect until then. */
export function serverOfSuite(options: Partial<ApiServerOptions> = {}): Omit<TestServer, 'close'> {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(options)
  })
  afterAll(async () => {
    await server.close()
    expect(server.defects).toEqual([])
  })
  return {
    get api() {
      return server.api
    },
    get defects() {
      return server.defects
    },
    ask: (...asked) => server.ask(...asked),
    open: (...asked) => server.open(...asked)
  }
}
