import { later, type ConfigMapKeys } from './config-key.ts'

const start = 'an election does not change its rules while it runs'

/** config-leader-election. */
export const leaderElectionKeys: ConfigMapKeys = {
  name: 'leader-election',
  about: 'How replicas of controller and autoscaler agree on who leads.',
  keys: [
    {
      ...later('lease-duration', '15s', 'how long a leader must be silent before others may take its lease', 'start', start),
      old: ['leaseDuration']
    },
    {
      ...later('renew-deadline', '10s', 'how long a leader may fail to renew before it steps down', 'start', start),
      old: ['renewDeadline']
    },
    { ...later('retry-period', '2s', 'how often a lease is renewed, or tried for', 'start', start), old: ['retryPeriod'] },
    later('buckets', '1', 'into how many leases the keys of one reconciler are split; 1 to 10', 'start', start),
    later('map-lease-prefix.<old>', '', 'another name for the leases that begin with `<old>`', 'start', start)
  ]
}
