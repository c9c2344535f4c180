import { z } from 'zod'
import { preserved, written } from '../schema/wire.ts'

/** Of what kind channels are made, and how. */
export const channelTemplateSchema = z.object({
  apiVersion: written(z.string()).describe('The API version of the channels.'),
  kind: written(z.string()).describe('The kind of the channels.'),
  spec: preserved('The spec of the channels.').exactOptional()
})

/** Of what kind channels are made, and how. */
export type ChannelTemplate = z.infer<typeof channelTemplateSchema>
