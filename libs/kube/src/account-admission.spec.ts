import { describe, expect, it } from '@jest/globals'
import { admissionOf } from './account-admission.ts'
import type { KubeClient } from './client.ts'

const gateway = 'system:serviceaccount:knative-serving:gateway'
const tokenOf = (sub: unknown, signature = 'good'): string =>
  `header.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.${signature}`

/** An API server that finds tokens good by their signature, and says whose they are as it likes. */
function admission(username = gateway) {
  const world = { reviews: 0, away: false, now: 0 }
  const client = {
    create: (_resource: unknown, { spec }: { readonly spec: { readonly token: string } }) => {
      world.reviews++
      if (world.away) return Promise.reject(new Error('away'))
      const authenticated = spec.token.endsWith('.good')
      return Promise.resolve({ status: { authenticated, user: authenticated ? { username } : {} } })
    }
  } as unknown as KubeClient
  return { world, admit: admissionOf({ client, account: { namespace: 'knative-serving', name: 'gateway' }, now: () => world.now }) }
}

describe('a call is open', () => {
  it('to its ServiceAccount', async () => {
    const { admit, world } = admission()
    expect([await admit(tokenOf(gateway)), world.reviews]).toEqual([undefined, 1])
  })

  it.each([
    ['without a token', undefined, 'send its token', 0],
    ['with something else', 'x', 'another one', 0],
    ['with a token of nobody', 'a.bnVsbA.good', 'another one', 0],
    ['with a token of another account', tokenOf('system:serviceaccount:default:gateway'), 'another one', 0],
    ['with a token whose subject is no text', tokenOf(7), 'another one', 0],
    ['with a token that the API server does not know', tokenOf(gateway, 'forged'), 'not valid', 1]
  ])('to nobody %s', async (_what, token, reason, reviews) => {
    const { admit, world } = admission()
    expect([await admit(token), world.reviews]).toEqual([expect.stringContaining(reason), reviews])
  })

  it('to nobody whose token is another’s after all', async () => {
    expect(await admission('system:serviceaccount:default:other').admit(tokenOf(gateway))).toBe('the token is not valid')
  })

  it('for an hour to who has been reviewed, though the API server is away', async () => {
    const { admit, world } = admission()
    await admit(tokenOf(gateway))
    world.away = true
    expect([await admit(tokenOf(gateway)), world.reviews]).toEqual([undefined, 1])
    world.now = 3_600_001
    await expect(admit(tokenOf(gateway))).rejects.toThrow('away')
  })
})
