import { later, live, type ConfigMapKeys } from './config-key.ts'

/** config-logging. */
export const loggingKeys: ConfigMapKeys = {
  name: 'logging',
  about: 'What is logged. Roles write JSON lines to their standard output.',
  keys: [
    live('zap-logger-config', '', 'JSON; its `level` applies to every role without a level of its own, the rest is ignored'),
    live('loglevel.<role>', 'info', 'the level of `controller`, `autoscaler`, `activator`, `webhook` or `gateway`'),
    later(
      'loglevel.queueproxy',
      'info',
      'the level of queue-proxies',
      'new',
      'it is a variable of the pods, and running pods are left alone'
    )
  ]
}
