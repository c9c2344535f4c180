import { live, type ConfigMapKeys } from './config-key.ts'

/** config-gc. */
export const gcKeys: ConfigMapKeys = {
  name: 'gc',
  about: 'When revisions without traffic are deleted. `disabled` switches a bound off; all three off: nothing is deleted.',
  keys: [
    live('retain-since-create-time', '48h', 'how long a revision is kept after it was created'),
    live('retain-since-last-active-time', '15h', 'how long it is kept after it last had traffic'),
    live('min-non-active-revisions', '20', 'minimum number of revisions without traffic that are kept, per Configuration'),
    live('max-non-active-revisions', '1000', 'maximum number of revisions without traffic that are kept, whatever their age')
  ]
}
