/** Where journeys run, by what is in the environment. */
import { describe, expect, it } from '@jest/globals'
import { imageOf, namedInstallation } from './installation.ts'

const both = { E2E_KUBECONFIG: '/config', E2E_GATEWAY: 'http://203.0.113.7:81' }

describe('the installation', () => {
  it('is none where nobody names one', () => {
    expect(namedInstallation({})).toBeUndefined()
    expect(namedInstallation({ E2E_KUBECONFIG: '', E2E_GATEWAY: '' })).toBeUndefined()
  })

  it('has a kubeconfig and a gateway', () => {
    expect(namedInstallation(both)).toMatchObject({ kubeconfig: '/config', gateway: { hostname: '203.0.113.7', port: '81' } })
  })

  it.each([
    [{ E2E_KUBECONFIG: '/config' }, 'E2E_KUBECONFIG is set and E2E_GATEWAY is not'],
    [{ E2E_GATEWAY: 'http://203.0.113.7' }, 'E2E_GATEWAY is set and E2E_KUBECONFIG is not'],
    [{ ...both, E2E_GATEWAY: 'here' }, 'E2E_GATEWAY: "here" is no URL']
  ])('is refused by halves: %j', (env, message) => {
    expect(() => namedInstallation(env)).toThrow(message)
  })
})

describe('an image', () => {
  it.each([
    ['of a package directory on standalone', {}, 'dev.local/echo'],
    ['by its tag on a cluster', both, 'dev.local/echo:e2e'],
    ['as somebody calls it', { ...both, E2E_IMAGES: 'registry.example.com/e2e/NAME:v1' }, 'registry.example.com/e2e/echo:v1']
  ])('%s', (_, env, image) => {
    expect(imageOf('echo', env)).toBe(image)
  })
})
