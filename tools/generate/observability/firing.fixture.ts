import type { PartName } from '@knative-ts/api/system'
import { eventingCases } from './eventing-firing.fixture.ts'
import { roleCases } from './role-firing.fixture.ts'
import type { Case } from './series.fixture.ts'
import { servingCases } from './serving-firing.fixture.ts'

/** Of each alert of a part. */
export const cases: Readonly<Record<PartName, Readonly<Record<string, Case>>>> = {
  serving: { ...roleCases('serving'), ...servingCases },
  eventing: { ...roleCases('eventing'), ...eventingCases }
}
