/** docs/configuration.md: every key of every ConfigMap, with what it does and when a change takes effect. */
import { allConfigKeys, eventingConfigKeys } from '../../../libs/api/src/config/keys/all-keys.ts'
import type { ConfigKey, ConfigMapKeys } from '../../../libs/api/src/config/keys/config-key.ts'

const introduction = `# Configuration

<!-- Made by tools/generate/configuration.mjs from libs/api/src/config/keys. -->

The ConfigMaps \`config-*\` of namespace \`knative-serving\` configure Serving, with upstream's names and rules. The chart writes them from its values
\`serving.config\` ([gen/values.md](gen/values.md)); standalone has them too, and \`kubectl edit configmap -n knative-serving config-autoscaler\` works on both. A value that cannot
be read is refused when it is written; if one gets past the webhook, the last good one stays in effect and the log says so. Keys that are not listed are ignored.

When a change takes effect:

- **at once**: within moments, for everything that exists;
- **new objects**: for what is stored, created or rolled out from then on;
- **at start**: when the role is restarted (\`kubectl rollout restart\`);
- **never**: the key is read and checked as upstream does, but has no effect here.
`

const words: Readonly<Record<ConfigKey['takes'], string>> = { now: 'at once', new: 'new objects', start: 'at start', never: '**never**' }

const eventing = `# Configuration of Eventing

The ConfigMaps of namespace \`knative-eventing\` work in the same way; the chart writes them from its values \`eventing.config\`. Values of config-leader-election, config-logging,
config-observability and config-sugar that cannot be read are refused when they are written. For the others, the last good value stays in effect.
`

/** The page as Markdown. */
export const configurationPage = (): string =>
  [introduction, ...allConfigKeys.map(chapterOf), eventing, ...eventingConfigKeys.map(chapterOf)].join('\n')

function chapterOf({ name, about, keys }: ConfigMapKeys): string {
  return `## ${name.startsWith('default-') ? name : `config-${name}`}\n\n${about}\n\n${keys.map(itemOf).join('\n')}\n`
}

function itemOf({ key, old = [], fallback, meaning, takes, why }: ConfigKey): string {
  const aliases = old.length === 0 ? '' : ` (formerly ${old.map((name) => `\`${name}\``).join(', ')})`
  const usual = fallback === '' ? 'unset' : `\`${fallback}\``
  const when = why === undefined ? words[takes] : `${words[takes]}: ${why}`
  return `- \`${key}\`${aliases}: ${meaning}. Default: ${usual}. Change: ${when}.`
}
