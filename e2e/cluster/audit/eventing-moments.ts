/** What Eventing does seldom. */
import { rareMomentsOf, type RareMoments } from './rare-moments.ts'

export const eventingMoments: RareMoments = {
  ...rareMomentsOf('eventing', ['eventing-controller'])
}
