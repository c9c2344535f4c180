import type { FeaturesConfig } from '../../config/features-config.ts'
import { detailed, disallowed, generic, invalidValue, missing, under, type FieldError } from '../../validation/field-error.ts'
import { quote } from '../../go/parsed.ts'
import type { Container } from './container.schema.ts'
import { envErrors, envFromErrors } from './env.rules.ts'
import { imageReferenceProblem } from './image-reference.ts'
import { volumeMountsErrors } from './mounts.rules.ts'
import { portErrors } from './port.rules.ts'
import type { RevisionSpec } from './revision.schema.ts'
import { containerSecurityErrors } from './security.rules.ts'

/** Fields of Kubernetes' Container that Serving never takes; they reach us in init containers only. */
const closed = ['lifecycle', 'stdin', 'stdinOnce', 'tty', 'volumeDevices', 'resizePolicy', 'restartPolicy']
/** Those that init containers are told about in words of their own. */
const toldElsewhere = ['lifecycle']

/** What is wrong with a container, probes aside. Paths are relative to it. */
export function containerErrors(
  container: Container,
  spec: RevisionSpec,
  features: FeaturesConfig,
  role: 'serving' | 'sidecar' | 'init'
): FieldError[] {
  const never = closed.filter((field) => Object.hasOwn(container, field) && !(role === 'init' && toldElsewhere.includes(field)))
  const { name, terminationMessagePolicy = '' } = container
  const errors = never.map((field) => disallowed(field))
  if (name === 'queue-proxy') errors.push(generic('"queue-proxy" is a reserved container name', 'name'))
  if (!['', 'File', 'FallbackToLogsOnError'].includes(terminationMessagePolicy)) {
    errors.push(invalidValue(terminationMessagePolicy, 'terminationMessagePolicy'))
  }
  if (Object.hasOwn(container.resources ?? {}, 'claims')) errors.push(disallowed('resources.claims'))
  return [
    ...errors,
    ...under('envFrom', envFromErrors(container.envFrom ?? [])),
    ...under('env', envErrors(container.env ?? [], role, features)),
    ...imageErrors(container.image ?? ''),
    ...under('ports', portErrors(container.ports ?? [])),
    ...under('securityContext', containerSecurityErrors(container.securityContext, features)),
    ...under('volumeMounts', volumeMountsErrors(container.volumeMounts ?? [], spec.volumes ?? [], features))
  ]
}

function imageErrors(image: string): FieldError[] {
  if (image === '') return [missing('image')]
  const problem = imageReferenceProblem(image)
  if (problem === undefined) return []
  return [detailed(generic('Failed to parse image reference', 'image'), `image: ${quote(image)}, error: ${problem}`)]
}
