/**
 * What to do about words of others: of registries, kubelets, schedulers and admission, whose texts conditions hand on. A closed list by area; messages of
 * conditions and docs/troubleshooting.md are made from it.
 */

/** Words that give a cause away, and what somebody who reads them can do. */
export interface Remedy {
  /** The cause in a few words, for the documentation. */
  readonly cause: string
  readonly words: RegExp
  /** One sentence, imperative. */
  readonly advice: string
}

/** Whose words they are: a pull, a start, a reference to configuration, scheduling, the creation of pods, a volume. */
export type RemedyArea = 'pull' | 'start' | 'configuration' | 'schedule' | 'create' | 'mount'

const secretMissing = 'Create the Secret in the namespace of the Service, or mark the reference optional.'
const configMapMissing = 'Create the ConfigMap in the namespace of the Service, or mark the reference optional.'
const keyMissing = 'Add the key, or name one that is there.'

/** By area, in the order in which they are tried: the first whose words fit has it. */
export const remedies: Readonly<Record<RemedyArea, readonly Remedy[]>> = {
  pull: [
    {
      cause: 'wrong architecture',
      words: /no match for platform|no matching manifest|specified platform|architecture/i,
      advice: 'The image has no variant for the processor of the node: build it for that platform too (docker buildx build --platform).'
    },
    {
      cause: 'not an image name',
      words: /invalid reference|parse(ing)? (image )?(name|reference)|InvalidImageName/i,
      advice: 'This is no image name: it should read registry/repository:tag or registry/repository@sha256:digest.'
    },
    {
      cause: 'the registry is not trusted',
      words: /x509|certificate|self.signed|UNABLE_TO_VERIFY|HTTP response to HTTPS/i,
      advice:
        'The registry’s certificate is not trusted: give it one of a known authority, or have nodes and controller trust its authority.'
    },
    {
      cause: 'too many requests',
      words: /toomanyrequests|too many requests|\b429\b|rate.?limit/i,
      advice: 'The registry limits its callers: pull with credentials (imagePullSecrets), or from a mirror.'
    },
    {
      cause: 'credentials missing or wrong',
      words: /\b401\b|\b403\b|unauthorized|forbidden|authentication|authorization|no basic auth|access denied|denied:|insufficient_scope/i,
      advice:
        'The registry refuses these credentials, or wants some: name a Secret of type kubernetes.io/dockerconfigjson with an entry for this registry in imagePullSecrets of the Service or of its ServiceAccount, and check user and password in it.'
    },
    {
      cause: 'registry down or unknown',
      words:
        /connection refused|ECONNREFUSED|no such host|ENOTFOUND|EAI_AGAIN|i\/o timeout|timed? ?out|ETIMEDOUT|deadline exceeded|ECONNRESET|connection reset|unreachable|server misbehaving|aborted|\b50[0-9]\b/i,
      advice: 'The registry does not answer: check its address in the image’s name, and that it runs and can be reached from the cluster.'
    },
    {
      cause: 'wrong repository',
      words: /name[ _]unknown|repository[^:]* not (found|known)|no such repository/i,
      advice: 'The registry has no such repository: check the name of the image, and that it was pushed there.'
    },
    {
      cause: 'wrong digest',
      words: /@sha256:[0-9a-f]+[^]*(not found|manifest[ _]unknown|unknown manifest|\b404\b)/i,
      advice: 'The repository has no image of this digest: check it, or name the image by a tag.'
    },
    {
      cause: 'wrong name or tag',
      words: /manifest[ _]unknown|unknown manifest|not found|\b404\b/i,
      advice: 'The registry has no such image: check its name and tag, and that it was pushed there.'
    },
    {
      cause: 'never pulled',
      words: /pull policy of never|ErrImageNeverPull/i,
      advice: 'Load the image onto the nodes, or let it be pulled: imagePullPolicy IfNotPresent.'
    }
  ],
  start: [
    {
      cause: 'wrong architecture',
      words: /exec format error/i,
      advice:
        'The program is for another processor than the node has: build the image for that platform too (docker buildx build --platform).'
    },
    {
      cause: 'permission denied',
      words: /permission denied|EACCES/i,
      advice: 'The container’s user may not execute it: make it executable in the image (chmod +x), or set securityContext.runAsUser.'
    },
    {
      cause: 'working directory missing',
      words: /chdir|set in config\.json failed|working directory/i,
      advice: 'The working directory cannot be used: check workingDir against what the image holds.'
    },
    {
      cause: 'command not found',
      words: /executable file not found|no such file or directory|command not found/i,
      advice: 'The image has no such program: check command and args against what the image holds.'
    },
    {
      cause: 'user unknown',
      words: /unable to find (user|group)|passwd file|group file/i,
      advice: 'The image knows no such user: set securityContext.runAsUser to a number.'
    }
  ],
  configuration: [
    { cause: 'Secret missing', words: /secret "[^"]*" not found/i, advice: secretMissing },
    { cause: 'ConfigMap missing', words: /configmap "[^"]*" not found/i, advice: configMapMissing },
    { cause: 'key missing', words: /couldn't find key|non-existent (secret|config) key/i, advice: keyMissing },
    {
      cause: 'must not run as root',
      words: /runAsNonRoot|non-numeric user|run as root/i,
      advice: 'Set securityContext.runAsUser to the number of a user other than 0, or build the image with such a USER.'
    }
  ],
  schedule: [
    {
      cause: 'claim missing',
      words: /persistentvolumeclaim "[^"]*" (is )?not found/i,
      advice: 'Create the PersistentVolumeClaim in the namespace of the Service, or correct its name in volumes.'
    },
    {
      cause: 'claim not bound',
      words: /unbound immediate|volume node affinity|didn't find available persistent volumes/i,
      advice: 'The PersistentVolumeClaim has no volume yet: see what holds it up with "kubectl describe pvc".'
    },
    {
      cause: 'not enough room',
      words: /insufficient|too many pods|not enough/i,
      advice: 'Lower resources.requests (or min-scale), or add nodes with room.'
    },
    {
      cause: 'no such node',
      words: /node affinity|node selector|didn't match|topology spread/i,
      advice: 'Check nodeSelector, affinity and topologySpreadConstraints against the labels of the nodes.'
    },
    { cause: 'nodes are tainted', words: /taint/i, advice: 'Add a toleration for the taint, or nodes without it.' }
  ],
  create: [
    {
      cause: 'quota',
      words: /exceeded quota|failed quota|quota/i,
      advice: 'Lower what the pods ask for (resources, min-scale) or set what the quota wants set, or have the ResourceQuota raised.'
    },
    {
      cause: 'ServiceAccount missing',
      words: /service ?account [^]*not found/i,
      advice: 'Create the ServiceAccount in the namespace of the Service, or correct serviceAccountName.'
    },
    {
      cause: 'pod security',
      words: /violates PodSecurity|security context constraint|PodSecurityPolicy/i,
      advice: 'Set the securityContext that the namespace asks for, or have its level changed.'
    },
    {
      cause: 'limit range',
      words: /(maximum|minimum) (cpu|memory|ephemeral-storage)|limit to request ratio/i,
      advice: 'Set resources.requests and resources.limits within the LimitRange of the namespace.'
    },
    {
      cause: 'refused by a webhook',
      words: /admission webhook|admission policy|ValidatingAdmissionPolicy/i,
      advice: 'Change what is refused, or ask whoever runs this admission in the cluster.'
    },
    {
      cause: 'field refused',
      words: /is invalid|Invalid value|Required value|Forbidden|is forbidden/i,
      advice: 'Correct the named field in the template of the Service.'
    }
  ],
  mount: [
    { cause: 'Secret missing', words: /secret "[^"]*" not found/i, advice: secretMissing },
    { cause: 'ConfigMap missing', words: /configmap "[^"]*" not found/i, advice: configMapMissing },
    { cause: 'key missing', words: /couldn't find key|non-existent (secret|config) key/i, advice: keyMissing }
  ]
}

/** What to do about these words; '' when nobody knows. */
export const adviceFor = (area: RemedyArea, words: string): string =>
  remedies[area].find((remedy) => remedy.words.test(words))?.advice ?? ''

/** Words of others with a sentence of advice behind them, as one text. */
export function advised(words: string, advice: string): string {
  const said = words.trimEnd()
  if (said === '' || advice === '') return said === '' ? advice : words
  return `${said}${/[.!?]$/.test(said) ? '' : '.'} ${advice}`
}
