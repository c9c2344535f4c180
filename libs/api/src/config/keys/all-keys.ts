import { autoscalerKeys } from './autoscaler.keys.ts'
import { certmanagerKeys } from './certmanager.keys.ts'
import type { ConfigMapKeys } from './config-key.ts'
export { eventingConfigKeys } from './eventing.keys.ts'
import { defaultsKeys } from './defaults.keys.ts'
import { deploymentKeys } from './deployment.keys.ts'
import { domainKeys } from './domain.keys.ts'
import { featuresKeys } from './features.keys.ts'
import { gcKeys } from './gc.keys.ts'
import { leaderElectionKeys } from './leader-election.keys.ts'
import { loggingKeys } from './logging.keys.ts'
import { networkKeys } from './network.keys.ts'
import { observabilityKeys } from './observability.keys.ts'

/** Every ConfigMap with every key that its parser knows (reference 7): what docs/configuration.md is made of, and what tests of effects must cover. */
export const allConfigKeys: readonly ConfigMapKeys[] = [
  autoscalerKeys,
  certmanagerKeys,
  defaultsKeys,
  deploymentKeys,
  domainKeys,
  featuresKeys,
  gcKeys,
  leaderElectionKeys,
  loggingKeys,
  networkKeys,
  observabilityKeys
]
