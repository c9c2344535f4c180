import { later, live, type ConfigKey, type ConfigMapKeys } from './config-key.ts'

const exporter = (prefix: string, whose: string): ConfigKey[] => [
  live(`${prefix}-protocol`, 'none', `how ${whose} are exported: \`none\`, \`prometheus\`, \`http/protobuf\` or \`grpc\``),
  live(`${prefix}-endpoint`, '', 'where they are sent; for `prometheus` the address to listen on'),
  live(`${prefix}-export-interval`, '0s', 'how often they are sent; `0s`: as OpenTelemetry does')
]
const ours = 'it paces the metrics of Go’s runtime; those of Node are sent with the others'

/** config-observability. */
export const observabilityKeys: ConfigMapKeys = {
  name: 'observability',
  about:
    'Logs, metrics, traces and profiles. Roles follow a change at once; queue-proxies have it in their variables, so it rolls out all revisions again, as upstream does.',
  keys: [
    live(
      'logging.enable-var-log-collection',
      'false',
      'whether `/var/log` of user containers is a volume that collectors on the node read'
    ),
    live('logging.revision-url-template', '', '`status.logUrl` of Revisions; `${REVISION_UID}` stands for the uid'),
    live(
      'logging.request-log-template',
      'upstream’s JSON',
      'the line of a request; a Go template over Request, Response, Revision and TraceID'
    ),
    live('logging.enable-request-log', 'false', 'whether queue-proxies write it'),
    live('logging.enable-probe-request-log', 'false', 'whether they write it for probes as well'),
    ...exporter('metrics', 'metrics of roles'),
    ...exporter('request-metrics', 'metrics of queue-proxies'),
    live('runtime-profiling', 'disabled', '`enabled`: roles and queue-proxies serve profiles on port 8008'),
    later('runtime-export-interval', '15s', 'how often metrics of the runtime are sent', 'never', ours),
    live('tracing-protocol', 'none', 'how traces are exported: `none`, `stdout`, `http/protobuf` or `grpc`'),
    live('tracing-endpoint', '', 'where they are sent'),
    live('tracing-sampling-rate', '0', 'the share of requests that are traced, 0 to 1')
  ]
}
