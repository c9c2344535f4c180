/**
 * The rights of the roles, compared with what they asked the API server for since this run began: in the journeys before, and in moments that are
 * too rare for them. Without a run around it (`E2E_AUDIT_SINCE`), since the rights were written last.
 */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { clusterGrants, namespaceGrants, partNames, parts, type AnyRole, type PartName } from '@knative-ts/api/system'
import { foreignChannels } from '../rig/foreign-channels.ts'
import { usePlatform } from '../rig/platform.ts'
import type { AuditedCall } from '../rights/audited-call.ts'
import { rightsInUse, type Findings } from '../rights/rights-in-use.ts'
import { auditedCalls } from './audit/audit-log.ts'
import { installedRights, lastWritten, type InstalledRight } from './audit/installed-rights.ts'
import { eventingMoments } from './audit/eventing-moments.ts'
import { joinedRights } from './audit/joined-rights.ts'
import { servingMoments } from './audit/serving-moments.ts'
import type { RareMoments } from './audit/rare-moments.ts'
import { auditedApiServer } from './rig/audit.ts'

const platform = usePlatform('audit', { eventing: true })
const moments: Readonly<Record<PartName, RareMoments>> = { serving: servingMoments, eventing: eventingMoments }
const rightsOf = (role: AnyRole) => ({ everywhere: clusterGrants[role], here: namespaceGrants[role], joined: joinedRights(role) })
/** Milliseconds after which a right that was written counts: times of writes are in whole seconds, and authorizers learn of them by a watch. */
const settleMs = 2_000
const { E2E_AUDIT_LOG, E2E_AUDIT_SINCE, E2E_RIG = '' } = process.env

/** Rights and bindings in what they say, without what an installation adds to every object. */
const saying = (object: object): object => {
  const { rules, roleRef, subjects, aggregationRule } = object as Readonly<Record<string, unknown>>
  return { roleRef, subjects, aggregationRule, ...(aggregationRule === undefined ? { rules } : {}) }
}

describe.each(partNames)('moments of %s that are rare', (part) => {
  it.each(Object.keys(moments[part]))(
    '%s',
    async (moment) => {
      await expect(moments[part][moment]?.(platform)).resolves.toBeUndefined()
    },
    300_000
  )
})

describe.each(partNames)('the rights of the roles of %s', (part) => {
  const { namespace, roles } = parts[part]
  const rights = Object.fromEntries(roles.map((role) => [role, rightsOf(role)]))
  let installed: readonly InstalledRight[]
  let calls: AuditedCall[]
  let findings: Findings

  beforeAll(async () => {
    installed = await installedRights(platform.client, part)
    const written = lastWritten(installed)
    const since = E2E_AUDIT_SINCE === undefined ? written : new Date(E2E_AUDIT_SINCE)
    const log = E2E_AUDIT_LOG ?? (await auditedApiServer(E2E_RIG))
    calls = []
    for await (const call of auditedCalls(log, namespace, since)) {
      // The hook of an uninstall has an account and rights of its own, for that moment.
      if (!(call.account in rights)) continue
      // Who brings a kind gives the rights to it by labels, a moment after the kind is there: they are not the installation's.
      if (call.group === foreignChannels.group) continue
      // What was refused before the rights were there, was refused rightly.
      if (call.allowed || call.at.getTime() > written.getTime() + settleMs) calls.push(call)
    }
    findings = rightsInUse(calls, rights, namespace)
  }, 120_000)

  it('are those of this checkout', () => {
    for (const { wanted, installed: there } of installed) {
      expect({ name: wanted.metadata.name, ...saying(there) }).toEqual({ name: wanted.metadata.name, ...saying(wanted) })
    }
  })

  it('were used by every role that has some', () => {
    const having = (roles as readonly AnyRole[]).filter((role) => clusterGrants[role].length + namespaceGrants[role].length > 0)
    expect([...new Set(calls.map(({ account }) => account))].sort()).toEqual([...having].sort())
  })

  it('are enough: nothing that a role asked for was refused', () => {
    expect(findings.refused).toEqual([])
  })

  it('are all that the roles have', () => {
    expect(findings.foreign).toEqual([])
  })

  it('are all used, or say why not', () => {
    expect(findings.unused).toEqual([])
  })

  it('reach no further than they are used', () => {
    expect(findings.tooWide).toEqual([])
  })
})
