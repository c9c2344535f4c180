import { describe, expect, it } from '@jest/globals'
import { parseAutoscalerConfig } from '../autoscaler-config.ts'
import { parseCertmanagerConfig } from '../certmanager-config.ts'
import { parseDefaultsConfig } from '../defaults-config.ts'
import { parseDeploymentConfig } from '../deployment-config.ts'
import { parseFeaturesConfig } from '../features-config.ts'
import { parseGcConfig } from '../gc-config.ts'
import { parseLeaderElectionConfig } from '../leader-election-config.ts'
import { parseNetworkConfig } from '../network-config.ts'
import { parseObservabilityConfig } from '../observability-config.ts'
import { allConfigKeys } from './all-keys.ts'

type Data = Readonly<Record<string, string>>
const parsers: Readonly<Record<string, (data: Data) => unknown>> = {
  autoscaler: parseAutoscalerConfig,
  certmanager: parseCertmanagerConfig,
  defaults: parseDefaultsConfig,
  deployment: (data) => parseDeploymentConfig({ 'queue-sidecar-image': 'q', ...data }),
  features: parseFeaturesConfig,
  gc: parseGcConfig,
  'leader-election': parseLeaderElectionConfig,
  network: parseNetworkConfig,
  observability: parseObservabilityConfig
}
/** Texts instead of values, or free parts in the key. */
const without = new Set(['logging.request-log-template', 'map-lease-prefix.<old>'])
const rows = allConfigKeys.flatMap(({ name, keys }) =>
  keys.flatMap(({ key, fallback }) => {
    const parse = parsers[name]
    return parse === undefined || fallback === '' || without.has(key) ? [] : [{ name: `config-${name} ${key}`, parse, key, fallback }]
  })
)

describe('the default that is told', () => {
  it.each(rows)('of $name is what counts without it', ({ parse, key, fallback }) => {
    expect(plain(parse({ [key]: fallback }))).toEqual(plain(parse({})))
  })

  it('is told of most keys', () => expect(rows.length).toBeGreaterThan(90))
})

/** Sets as lists: templates hold functions' worth of structure, which JSON shows as well. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (part instanceof Set || part instanceof Map ? [...(part as Iterable<unknown>)] : part))
  )
