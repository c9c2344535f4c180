import { live, type ConfigMapKeys } from './config-key.ts'

/** config-gc. */
export const gcKeys: ConfigMapKeys = {
  name: 'gc',
  about: 'When revisions without traffic are deleted. `disabled` switches a bound off; all three off: nothing is deleted.',
  keys: [
    live('retain-since-create-time', '48h', 'how long a revision stays after it was made'),
    live('retain-since-last-active-time', '15h', 'how long it stays after it last had traffic'),
    live('min-non-active-revisions', '20', 'revisions without traffic that stay at least, by Configuration'),
    live('max-non-active-revisions', '1000', 'revisions without traffic that stay at most, whatever their age')
  ]
}
