/**
 * The few shapes that Kubernetes' structural schemas are made of, as zod schemas. Optional fields are exact (absent, never `undefined`), so
 * that the derived types fit the generated types of Kubernetes.
 */
import { z } from 'zod'

/** A whole number of 32 bits. */
export const int32 = () => z.int().meta({ format: 'int32' })

/** A whole number of 64 bits; on the wire as a JSON number. */
export const int64 = () => z.int().meta({ format: 'int64' })

/** A port number or a port name. */
export const intOrString = () => z.union([z.int(), z.string()]).meta({ 'x-kubernetes-int-or-string': true })

/** A resource quantity (`100m`, `1Gi`); a bare number is accepted by the schema and stored as it was given. */
export const quantity = () =>
  z.string().meta({
    'x-kubernetes-int-or-string': true,
    pattern: '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$'
  })

/** An RFC 3339 time with second precision. */
export const time = () => z.string().meta({ format: 'date-time' })

/** An object whose content the schema neither prunes nor checks: the webhook gates it by feature. */
export const preserved = <T = Record<string, unknown>>(description?: string) =>
  z
    .custom<T>()
    .meta({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true, ...(description === undefined ? {} : { description }) })

/** A map of strings, as labels are. */
export const stringMap = () => z.record(z.string(), z.string())

/** A list whose items are identified by `keys`: two items with the same keys are refused, and server-side apply merges by them. */
export const mapList = <T extends z.ZodType>(item: T, ...keys: string[]) =>
  z.array(item).meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys })

/** The mark of {@link written}, which never reaches a definition. */
export const WRITTEN = 'x-written-by-webhook'

/**
 * A field that the defaulting webhook always writes (a Go field without omitempty): every stored object has it, nobody has to send it. So it is
 * there in the type, and not required by the definition.
 */
export const written = <T extends z.ZodType>(schema: T): T => schema.meta({ [WRITTEN]: true }) as T

/** An object that keeps what its schema does not name. */
export const open = <T extends z.ZodType>(schema: T): T => schema.meta({ 'x-kubernetes-preserve-unknown-fields': true }) as T

/** A word of a closed list that the definition does not check: the webhook does. */
export const word = <T extends string>() => z.custom<T>().meta({ type: 'string' })
