import { later, live, type ConfigMapKeys } from './config-key.ts'
import { leaderElectionKeys } from './leader-election.keys.ts'
import { observabilityKeys } from './observability.keys.ts'

const stored = 'the webhook writes it into objects when they are stored'
const judged = 'the webhook judges objects when they are stored'
const notYet = 'what it switches on is not implemented yet'

const features: ConfigMapKeys = {
  name: 'features',
  about: '`enabled` or `disabled`, in any case; unknown words switch nothing on.',
  keys: [
    later('kreference-group', 'disabled', 'references may name `group` in place of `apiVersion`', 'new', judged),
    live('kreference-mapping', 'disabled', 'addresses of objects may come from templates of config-kreference-mapping'),
    later('delivery-timeout', 'enabled', 'a delivery may have a `timeout`', 'new', judged),
    later('delivery-retryafter', 'disabled', 'a delivery may have a `retryAfterMax`', 'new', judged),
    later('transport-encryption', 'disabled', '`permissive` or `strict`: events travel over TLS', 'never', notYet),
    live('eventtype-auto-create', 'disabled', 'an EventType is created for events of a type that has none yet'),
    later('authentication-oidc', 'disabled', 'senders prove who they are; EventPolicies may be stored', 'new', judged),
    later(
      'default-authorization-mode',
      'allow-same-namespace',
      '`allow-all`, `deny-all` or `allow-same-namespace`: who may send where there is no EventPolicy',
      'never',
      notYet
    ),
    later('oidc-discovery-base-url', 'https://kubernetes.default.svc', 'whose tokens are believed', 'never', notYet),
    later('cross-namespace-event-links', 'disabled', 'Triggers and Subscriptions may belong to another namespace', 'new', judged),
    later('new-apiserversource-filters', 'disabled', 'ApiServerSources may have `filters`', 'new', judged),
    later('requestreply-default-timeout', 'PT30S', 'how long a RequestReply waits, unless it says so itself', 'new', stored),
    live('apiserversources-nodeselector-<label>', '', 'pods of ApiServerSources run on nodes whose `<label>` has this value')
  ]
}

const exported = observabilityKeys.keys.filter(({ key }) => /^(metrics-|tracing-|runtime-)/.test(key))

/** The ConfigMaps of Eventing with every key that is read (reference 7). */
export const eventingConfigKeys: readonly ConfigMapKeys[] = [
  {
    name: 'br-defaults',
    about: 'What Brokers are, unless they say so themselves.',
    keys: [
      later(
        'default-br-config',
        '',
        'YAML: `clusterDefault` and, by namespace, `namespaceDefaults`, each with `brokerClass`, a reference to the configuration, `delivery`, `brokerClasses` and `disallowDifferentNamespaceConfig`',
        'new',
        stored
      )
    ]
  },
  {
    name: 'br-default-channel',
    about: 'The configuration of Brokers that name no other.',
    keys: [
      {
        ...live('channel-template-spec', '', 'YAML: `apiVersion`, `kind` and `spec` of the channel that carries the events'),
        old: ['channelTemplateSpec']
      }
    ]
  },
  {
    name: 'default-ch-webhook',
    about: 'The kind of Channels, and of the channels of Sequences and Parallels, unless they say so themselves.',
    keys: [
      later(
        'default-ch-config',
        '',
        'YAML: `clusterDefault` and, by namespace, `namespaceDefaults`, each with `apiVersion`, `kind` and `spec`',
        'new',
        stored
      )
    ]
  },
  features,
  {
    name: 'imc-event-dispatcher',
    about: 'Connections of the dispatcher to subscribers.',
    keys: [
      live('MaxIdleConnections', '2000', 'how many idle ones are kept; `0`: no limit'),
      live('MaxIdleConnectionsPerHost', '256', 'how many of those per subscriber; `0`: two')
    ]
  },
  {
    name: 'kreference-mapping',
    about: 'Addresses of kinds that have none of their own (feature `kreference-mapping`).',
    keys: [live('<Kind>.<version>.<group>', '', 'a Go template over `Name`, `Namespace`, `SystemNamespace` and `UID` that gives the URL')]
  },
  { ...leaderElectionKeys, about: 'How replicas of the controller and of the adapter of PingSources agree on who leads.' },
  {
    name: 'logging',
    about: 'What is logged. Roles write JSON lines to their standard output.',
    keys: [
      live('zap-logger-config', '', 'JSON; its `level` applies to every role without a level of its own, the rest is ignored'),
      live('loglevel.<role>', 'info', 'the level of a role')
    ]
  },
  {
    name: 'observability',
    about: 'Metrics, traces and profiles. Roles follow a change at once.',
    keys: [...exported, live('sink-event-error-reporting.enable', 'false', 'failures of sources to send become Events of the source')]
  },
  {
    name: 'ping-defaults',
    about: 'What PingSources may send.',
    keys: [
      {
        ...later('data-max-size', '-1', 'maximum size of a PingSource’s data, in bytes; below 0: no limit', 'new', judged),
        old: ['dataMaxSize']
      }
    ]
  },
  {
    name: 'sugar',
    about:
      'Where a Broker `default` is created automatically. Label selectors as YAML: empty selects nothing, `{}` everything. Brokers that were created stay.',
    keys: [
      live('namespace-selector', '', 'namespaces in which there is to be one'),
      live('trigger-selector', '', 'Triggers whose Broker is to be there')
    ]
  }
]
