'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { Member } from '#app/(portal)/session.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import type { DryRunAnswer } from '#components/forms/dry-run-panel.tsx'
import { peopleRulesForm, toPolicies, toWholeMap } from '#components/forms/people-rules-schema.ts'
import { loadConnection } from '#lib/connections/load-connection.ts'
import { updateConnection } from '#lib/connections/update-connection.ts'
import { dryRunSchema, dryRunUserPolicies } from '#lib/connections/user-policies/dry-run.ts'
import {
  adoptShadowPolicies,
  endShadowTrial,
  startShadowTrial,
} from '#lib/connections/user-policies/shadow-policies.ts'
import type { AttributeMap } from '#lib/matching/attribute-map.ts'
import { house } from '#server/house-access.ts'
import { clientIdSchema } from './client-id.ts'

type Rules = z.output<typeof peopleRulesForm>

/** Saves how the people of a connection become users. */
export async function savePeopleRules(clientID: string, values: unknown): Promise<ActionResult> {
  return changed(
    await runAction(peopleRulesForm, values, async (actor, rules) => {
      const id = clientIdSchema.parse(clientID)
      const attributeMap = await wholeMap(actor, id, rules)
      const { provisioning, trustEmail } = rules
      await updateConnection(house(), actor, {
        clientID: id,
        fields: { provisioning, trustEmail, userPolicies: toPolicies(rules), attributeMap },
      })
    }),
  )
}

const question = z.object({
  source: z.enum(['directory', 'traces', 'assertions']),
  assertions: z.string(),
  only: z.string(),
  cursor: z.string().nullable(),
})

/** What rules would do that are not saved yet. */
export async function dryRunPeopleRules(
  clientID: string,
  values: unknown,
  asked: unknown,
): Promise<ActionResult<DryRunAnswer>> {
  const schema = z.object({ rules: peopleRulesForm, asked: question })
  return runAction(schema, { rules: values, asked }, async (actor, { rules, asked: said }) => {
    const id = clientIdSchema.parse(clientID)
    const input = dryRunSchema.parse({
      userPolicies: toPolicies(rules),
      provisioning: rules.provisioning === 'passthrough' ? 'existing' : rules.provisioning,
      trustEmail: rules.trustEmail,
      attributeMap: await wholeMap(actor, id, rules),
      source: said.source,
      assertions: said.source === 'assertions' ? said.assertions : undefined,
      only: said.only === '' ? undefined : [said.only],
      cursor: said.cursor ?? undefined,
      limit: 25,
    })
    return dryRunUserPolicies(house(), actor, { ...input, clientID: id })
  })
}

/** Tries the fields and updates of the rules on live sign-ins. The rest of the rules is not tried. */
export async function tryInShadow(clientID: string, values: unknown): Promise<ActionResult> {
  return changed(
    await runAction(peopleRulesForm, values, (actor, rules) =>
      startShadowTrial(house(), actor, {
        clientID: clientIdSchema.parse(clientID),
        userPolicies: toPolicies(rules),
      }),
    ),
  )
}

/** Makes what was tried the rules of the connection. */
export async function adoptShadow(clientID: string): Promise<ActionResult> {
  return changed(
    await runAction(clientIdSchema, clientID, (actor, id) =>
      adoptShadowPolicies(house(), actor, { clientID: id }),
    ),
  )
}

/** Ends the trial and leaves everything as it is. */
export async function discardShadow(clientID: string): Promise<ActionResult> {
  return changed(
    await runAction(clientIdSchema, clientID, (actor, id) =>
      endShadowTrial(house(), actor, { clientID: id }),
    ),
  )
}

/** The map of the form, with what the form does not show as it is. */
async function wholeMap(actor: Member, clientID: string, rules: Rules): Promise<AttributeMap | null> {
  const { attributeMap } = await loadConnection(house(), actor, { clientID })
  return toWholeMap(attributeMap as AttributeMap | null, rules)
}

function changed(result: ActionResult<unknown>): ActionResult {
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  return { ok: true, value: undefined }
}
