import type { Metadata } from 'next'
import { textParam } from '#app/(portal)/list-params.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { keyOf } from '#components/forms/key-of.ts'
import { PeopleRulesEditor } from '#components/forms/people-rules.tsx'
import { toPeopleRules } from '#components/forms/people-rules-schema.ts'
import { connectionPath } from '#components/portal/addresses.ts'
import { modes, policyFacts } from '#components/portal/people-words.ts'
import { ShadowTrialSection } from '#components/portal/shadow-trial.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { Section } from '#components/ui/section.tsx'
import { findShadowTrial } from '#lib/connections/user-policies/shadow-policies.ts'
import type { AttributeMap } from '#lib/matching/attribute-map.ts'
import { effectivePolicies, type UserPolicies } from '#lib/matching/user-policies.ts'
import { house } from '#server/house-access.ts'
import {
  adoptShadow,
  discardShadow,
  dryRunPeopleRules,
  savePeopleRules,
  tryInShadow,
} from '../../../people-actions.ts'
import { loadShown, mayChangeShown, whyReadOnly } from '../../load.ts'

type Props = {
  params: Promise<{ clientID: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}
type Shown = Awaited<ReturnType<typeof loadShown>>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { title } = await loadShown((await params).clientID)
  return { title: `People of ${title}` }
}

export default async function ConnectionPeoplePage({ params, searchParams }: Props) {
  const [actor, { clientID }, query] = await Promise.all([requireActor(), params, searchParams])
  const connection = await loadShown(clientID)
  const id = connection.clientID
  const cursor = textParam(query, 'cursor', 100)
  const [trial, canChange] = await Promise.all([
    findShadowTrial(house(), actor, { clientID: id, cursor, limit: 20 }),
    mayChangeShown(connection),
  ])
  const policies = effectivePolicies(connection.userPolicies)
  const { provisioning, trustEmail } = connection
  const attributeMap = connection.attributeMap as AttributeMap | null
  const rules = toPeopleRules({ provisioning, trustEmail, policies, attributeMap })
  return (
    <div className="grid gap-6">
      {canChange ? (
        <PeopleRulesEditor
          key={keyOf(rules)}
          rules={rules}
          usualClaims={usualClaims[connection.kind]}
          save={savePeopleRules.bind(null, id)}
          dryRun={dryRunPeopleRules.bind(null, id)}
          tryInShadow={tryInShadow.bind(null, id)}
        />
      ) : (
        <ReadOnly connection={connection} policies={policies} lead={whyReadOnly(actor)} />
      )}
      {trial && (
        <ShadowTrialSection
          trial={trial}
          path={`${connectionPath(id)}/people`}
          params={query}
          actions={
            canChange ? { adopt: adoptShadow.bind(null, id), discard: discardShadow.bind(null, id) } : null
          }
        />
      )}
    </div>
  )
}

/** The first of the names that are looked for where none is given. */
const usualClaims = {
  saml: {
    username: 'username',
    email: 'email',
    firstName: 'givenName',
    lastName: 'surname',
    ssoUsername: 'that of the address',
  },
  oidc: {
    username: 'username',
    email: 'email',
    firstName: 'given_name',
    lastName: 'family_name',
    ssoUsername: 'that of the address',
  },
  jwt: {
    username: 'username',
    email: 'email',
    firstName: 'firstName',
    lastName: 'lastName',
    ssoUsername: 'that of the address',
  },
}

function ReadOnly({
  connection,
  policies,
  lead,
}: {
  connection: Shown
  policies: UserPolicies
  lead: string
}) {
  const mode = modes[connection.provisioning as keyof typeof modes]
  return (
    <Section title="People" lead={lead}>
      <Facts
        facts={[
          { label: 'Who gets in', value: `${mode.title}. ${mode.text}` },
          ...(connection.provisioning === 'passthrough'
            ? []
            : [
                ...policyFacts(policies),
                { label: 'E-mail addresses trusted', value: connection.trustEmail ? 'Yes' : 'No' },
              ]),
        ]}
      />
    </Section>
  )
}
