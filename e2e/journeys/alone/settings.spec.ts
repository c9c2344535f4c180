/** What config-observability switches on in pods is there, and works. Changes what all share. */
import { expect, it } from '@jest/globals'
import { imageOf } from '../../rig/installation.ts'
import { usePlatform } from '../../rig/platform.ts'
import { until } from '../../rig/until.ts'

const image = imageOf('inspector')
const platform = usePlatform('settings')

it('pods keep /var/log and serve profiles of their queue-proxy, once they shall', async () => {
  const { user, http } = platform
  await platform.configure('config-observability', { 'logging.enable-var-log-collection': 'true', 'runtime-profiling': 'enabled' })
  const { host } = await user.deploy({ name: 'logged', image, annotations: { 'autoscaling.knative.dev/min-scale': '1' } })
  const ask = async (path: string): Promise<string> => {
    const { status, body } = await http.get(host, path)
    return `${status} ${body}`
  }
  const answered = async (path: string, wanted: string): Promise<true> => {
    const answer = await ask(path)
    if (!answer.includes(wanted)) throw new Error(answer)
    return true
  }
  // A pod that was made before the configuration had come is replaced.
  const profiles = encodeURIComponent('http://127.0.0.1:8008/debug/pprof/')
  await until('/var/log is a volume', () => answered('/env/K_INTERNAL_POD_NAME', 'logged-00001-deployment-'))
  await until('profiles are served', () => answered(`/fetch?url=${profiles}`, '/debug/pprof/heap'))
  await until('/var/log may be written', () => answered('/write?path=/var/log/app.log', '200'))
  expect(await ask('/file?path=/var/log/app.log')).toMatch(/^200 x/)
  await user.remove('logged')
}, 300_000)
