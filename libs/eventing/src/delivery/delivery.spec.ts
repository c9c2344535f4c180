import { describe, expect, it } from '@jest/globals'
import { eventOf } from '../headers.fixture.ts'
import { errorExtensions } from './error-extensions.ts'
import { delayBefore, isRetriable, type RetryRule } from './retry.ts'

const rule = (rest: Partial<RetryRule>): RetryRule => ({
  retries: 3,
  policy: 'exponential',
  delayMs: 200,
  timeoutMs: undefined,
  retryAfterMaxMs: undefined,
  ...rest
})

it.each([[undefined], [404], [408], [409], [429], [500], [501], [503], [504]])('%s is tried again', (status) => {
  expect(isRetriable(status)).toBe(true)
})

it.each([[200], [300], [304], [400], [401], [403], [405], [410], [413], [422], [425]])('%s is not tried again', (status) => {
  expect(isRetriable(status)).toBe(false)
})

describe('before a retry one waits', () => {
  it.each<[string, Partial<RetryRule>, number[]]>([
    ['twice as long each time', {}, [200, 400, 800]],
    ['nothing, then the delay more each time', { policy: 'linear' }, [0, 200, 400]],
    ['nothing without a policy', { policy: undefined }, [0, 0, 0]],
    ['nothing without a delay', { delayMs: undefined }, [0, 0, 0]],
    ['nothing with a negative delay', { delayMs: -1000 }, [0, 0, 0]]
  ])('%s', (_, rest, waits) => {
    expect([0, 1, 2].map((retry) => delayBefore(rule(rest), retry))).toEqual(waits)
  })

  it('never longer than a timer can', () => {
    expect(delayBefore(rule({}), 1000)).toBe(2 ** 31 - 1)
  })

  const now = Date.parse('2026-01-01T00:00:00Z')
  it.each<[string, number, string, number | undefined, number]>([
    ['as many seconds as asked for', 503, '3', 60_000, 3000],
    ['until the date that was asked for', 429, 'Thu, 01 Jan 2026 00:00:10 GMT', 60_000, 10_000],
    ['no longer than the maximum', 503, '3000', 5000, 5000],
    ['at least the backoff', 503, '0', 5000, 200],
    ['the backoff when the maximum is zero', 503, '3', 0, 200],
    ['the backoff without a maximum', 503, '3', undefined, 200],
    ['the backoff after another status', 500, '3', 5000, 200],
    ['the backoff when it cannot be read', 503, 'soon', 5000, 200],
    ['the backoff when the date has passed', 503, 'Thu, 01 Jan 2025 00:00:00 GMT', 5000, 200]
  ])('%s', (_, status, retryAfter, retryAfterMaxMs, wait) => {
    expect(delayBefore(rule({ retryAfterMaxMs }), 0, { status, retryAfter, now })).toBe(wait)
  })
})

describe('a dead letter', () => {
  it('says where, with what status and with what body it failed', () => {
    expect(
      errorExtensions(eventOf(), { destination: 'http://x/', status: 422, body: Buffer.from('{"message":"catastrophic failure"}') })
    ).toEqual({
      knativeerrordest: 'http://x/',
      knativeerrorcode: '422',
      knativeerrordata: Buffer.from('{"message":"catastrophic failure"}').toString('base64')
    })
  })

  it('has an empty body as empty data, and cuts the base64 of a long one after 1024 characters', () => {
    const data = (body: string): string | undefined =>
      errorExtensions(eventOf(), { destination: 'x', status: 500, body })['knativeerrordata']
    expect(data('')).toBe('')
    const long = 'é'.repeat(2000)
    expect(data(long)).toBe(Buffer.from(long).toString('base64').slice(0, 1024))
  })

  it('keeps what it has', () => {
    expect(errorExtensions(eventOf({ knativeerrorcode: '1' }), { destination: 'x', status: 500, body: '' })).toEqual({
      knativeerrordest: 'x',
      knativeerrordata: ''
    })
  })
})
