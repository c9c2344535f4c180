import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createServer } from './create-server.ts'
import { refuse } from './refuse.ts'
import type { Server } from './server.ts'

describe('a failure listener', () => {
  const told: [target: string, status: number, reason: string | Error][] = []
  const broken = new Error('broken')
  let server: Server
  let url: string

  beforeEach(async () => {
    told.length = 0
    server = createServer({
      handler: (exchange) => {
        const { target } = exchange.request
        if (target === '/throws') throw broken
        if (target === '/late') exchange.expire(504, 'too late')
        else if (target === '/busy') refuse(exchange, 503, 'busy')
        else exchange.respond(target === '/missing' ? 404 : 200)
      },
      onFailure: (exchange, status, reason) => told.push([exchange.request.target, status, reason])
    })
    url = `http://127.0.0.1:${(await server.listen({ host: '127.0.0.1', port: 0 })).port}`
  })
  afterEach(() => server.close())

  it.each([
    ['/', 200, []],
    ['/missing', 404, []],
    ['/busy', 503, [['/busy', 503, 'busy']]],
    ['/late', 504, [['/late', 504, 'too late']]],
    ['/throws', 500, [['/throws', 500, broken]]]
  ])('of %s, answered %i, is told %j', async (path, status, expected) => {
    expect((await fetch(`${url}${path}`)).status).toBe(status)
    expect(told).toEqual(expected)
  })
})
