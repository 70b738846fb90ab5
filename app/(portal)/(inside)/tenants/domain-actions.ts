'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { claimDomain as claim } from '#lib/domains/claim-domain.ts'
import { deleteDomain as remove } from '#lib/domains/delete-domain.ts'
import { newDomainSchema } from '#lib/domains/domain-input.ts'
import { verifyDomain as verify } from '#lib/domains/verify-domain.ts'
import { house } from '#server/house-access.ts'

const domainOfTenant = z.object({ tenant: z.string().max(200), domain: z.string().max(300) })

/** Claims a domain for a tenant, or vouches for it. */
export async function claimDomain(tenant: string, values: unknown): Promise<ActionResult> {
  const result = await runAction(newDomainSchema, values, (actor, input) =>
    claim(house(), actor, { ...input, tenant: z.string().max(200).parse(tenant) }),
  )
  return afterwards(result, undefined)
}

/** Looks for the TXT record now; the answer says what was found. */
export async function verifyDomain(
  tenant: string,
  domain: string,
): Promise<ActionResult<{ verified: boolean; message: string }>> {
  const result = await runAction(domainOfTenant, { tenant, domain }, (actor, input) =>
    verify(house(), actor, input),
  )
  if (!result.ok) return result
  const { status, missingSinceAt, message } = result.value
  return afterwards(result, { verified: status === 'verified' && missingSinceAt === null, message })
}

/** Takes a domain from a tenant. */
export async function deleteDomain(tenant: string, domain: string): Promise<ActionResult> {
  const result = await runAction(domainOfTenant, { tenant, domain }, (actor, input) =>
    remove(house(), actor, input),
  )
  return afterwards(result, undefined)
}

function afterwards<Value>(result: ActionResult<unknown>, value: Value): ActionResult<Value> {
  if (!result.ok) return result
  revalidatePath('/tenants', 'layout')
  return { ok: true, value }
}
