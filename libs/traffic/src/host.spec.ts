import { describe, expect, it } from '@jest/globals'
import { hostNameProblem, localNames, narrowest } from './host.ts'

describe('host names', () => {
  it('of a target inside the cluster, shortest first', () =>
    expect(localNames('hello', 'ns', 'cluster.local')).toEqual(['hello.ns', 'hello.ns.svc', 'hello.ns.svc.cluster.local']))
  it('leave out a form that ends in a number', () =>
    expect(localNames('hello', '123', 'cluster.local')).toEqual(['hello.123.svc', 'hello.123.svc.cluster.local']))
  it.each([
    ['hello.default.example.com', true],
    ['hello', false],
    ['Hello.example.com', false],
    ['-a.example.com', false],
    ['a..com', false],
    [`${'a'.repeat(64)}.com`, false]
  ])('%s is good: %s', (domain, good) => expect(hostNameProblem(domain) === undefined).toBe(good))
  it('the narrowest visibility wins', () => {
    expect(narrowest('ExternalIP', 'ClusterLocal')).toBe('ClusterLocal')
    expect(narrowest('ExternalIP')).toBe('ExternalIP')
  })
})
