import { z } from 'zod'
import { statusSchema } from '../../conditions/condition.schema.ts'

export const imageSpecSchema = z.object({
  image: z.string().describe('The image to have at hand on the nodes.'),
  imagePullSecrets: z.array(z.object({ name: z.string().exactOptional() })).exactOptional(),
  serviceAccountName: z.string().exactOptional()
})

export const imageStatusSchema = statusSchema

/** The spec of an Image. */
export type ImageSpec = z.infer<typeof imageSpecSchema>
/** The status of an Image. */
export type ImageStatus = z.infer<typeof imageStatusSchema>
