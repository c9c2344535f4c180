import { expect, it } from '@jest/globals'
import { readOptions, UsageError } from './options.ts'

const read = (args: string[]) => readOptions(args, { XDG_DATA_HOME: '/home/me/state' }, '/repo/samples')

it('has a documented default for everything', () => {
  expect(read([])).toEqual({
    dataDirectory: '/home/me/state/knative-ts',
    gatewayPort: 8080,
    gatewayHttpsPort: undefined,
    apiPort: 6443,
    imageRoots: ['/repo/samples'],
    network: 'auto',
    docker: 'auto',
    parts: ['serving', 'eventing'],
    registryEnvironment: {},
    json: false
  })
})

it('takes the Docker engine that is named, or none', () => {
  expect(readOptions([], { DOCKER_HOST: 'unix:///run/mine.sock' }, '/repo/samples')).toMatchObject({ docker: 'unix:///run/mine.sock' })
  expect(read(['--docker', 'off'])).toMatchObject({ docker: undefined })
})

it('keeps nothing when ephemeral', () => {
  expect(read(['--ephemeral', '--gateway-port', '0'])).toMatchObject({ dataDirectory: undefined, gatewayPort: 0 })
})

it.each([
  [['--gateway-port', 'http'], '--gateway-port http: give a port from 0 to 65535'],
  [['--api-port', '70000'], '--api-port 70000: give a port from 0 to 65535'],
  [['--gateway-port', '6443'], '--gateway-port and --api-port are both 6443: give two ports'],
  [['--gateway-https-port', 'https'], '--gateway-https-port https: give a port from 0 to 65535'],
  [['--gateway-https-port', '8080'], '--gateway-https-port 8080 is taken by another option: give a port of its own'],
  [['--network', 'bridge'], '--network bridge: give auto, netns or loopback'],
  [['--parts', 'serving,build'], '--parts serving,build: there is no build: give serving, eventing, or both with a comma'],
  [['--docker', 'tcp://far:2375'], '--docker tcp://far:2375: give auto, off or unix:///PATH'],
  [
    ['--images', '/tmp', '--images', '/no/such/place'],
    '--images /no/such/place: there is no such directory: give one that holds package directories'
  ],
  [['--images', '/etc/passwd'], '--images /etc/passwd: that is a file: give a directory that holds package directories'],
  [['--ephemeral', '--data', 'x'], '--ephemeral and --data exclude each other'],
  [['--port', '80'], "Unknown option '--port'"]
])('refuses %j and says what to write', (args, message) => {
  expect(() => read(args)).toThrow(UsageError)
  expect(() => read(args)).toThrow(message)
})

it('knows how registries are reached from the environment', () => {
  const environment = {
    HTTPS_PROXY: 'http://a:1',
    https_proxy: 'http://b:2',
    no_proxy: 'example.com',
    SSL_CERT_DIR: '/certs',
    HTTP_PROXY: ''
  }
  expect(readOptions([], environment, '/repo/samples')).toMatchObject({
    registryEnvironment: { HTTPS_PROXY: 'http://b:2', NO_PROXY: 'example.com', SSL_CERT_DIR: '/certs' }
  })
})
