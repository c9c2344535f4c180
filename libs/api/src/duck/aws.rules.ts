import { missing, under, type FieldError } from '../validation/field-error.ts'

interface Auth {
  readonly secret?: { readonly ref?: { readonly name?: string } }
  readonly serviceAccountName?: string
}

interface Connector {
  readonly arn?: string
  readonly region?: string
  readonly table?: string
}

/** A service of AWS: the name that errors give it, and what it must say beside the region. */
const services = { s3: ['s3', 'arn'], sqs: ['sqs', 'arn'], sns: ['sns', 'arn'], ddbStreams: ['ddb-streams', 'table'] } as const

/** What is wrong with connectors to AWS. Paths are relative to them. */
export function awsErrors(aws: { readonly auth?: Auth } & Readonly<Partial<Record<keyof typeof services, Connector>>>): FieldError[] {
  const names = Object.keys(services) as (keyof typeof services)[]
  return [
    ...names.flatMap((name) => {
      const connector = aws[name]
      const [path, key] = services[name]
      if (connector === undefined) return []
      return under(path, [
        ...((connector[key] ?? '') === '' ? [missing(key)] : []),
        ...((connector.region ?? '') === '' ? [missing('region')] : [])
      ])
    }),
    ...((aws.auth?.secret?.ref?.name ?? '') === '' && (aws.auth?.serviceAccountName ?? '') === '' ? [missing('auth.secret.ref.name')] : [])
  ]
}

/** How many services of AWS are chosen. */
export const awsServices = (aws: object | undefined): number =>
  Object.keys(services).filter((name) => (aws as Readonly<Record<string, unknown>> | undefined)?.[name] !== undefined).length
