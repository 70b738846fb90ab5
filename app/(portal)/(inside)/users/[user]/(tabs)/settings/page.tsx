import type { Metadata } from 'next'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { keyOf } from '#components/forms/key-of.ts'
import { UserPassword } from '#components/forms/user-password.tsx'
import { toUserValues } from '#components/forms/user-schemas.ts'
import { UserSettings } from '#components/forms/user-settings.tsx'
import { RemoveSecondSteps } from '#components/portal/user-deeds.tsx'
import { userTitle } from '#components/portal/user-views.ts'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Section } from '#components/ui/section.tsx'
import { listSecondFactors } from '#lib/accounts/list-second-factors.ts'
import { loadTenant } from '#lib/tenants/load-tenant.ts'
import type { TenantView } from '#lib/tenants/tenant.ts'
import { house } from '#server/house-access.ts'
import {
  deleteUser,
  removeSecondSteps,
  removeUserPassword,
  setUserPassword,
  updateUser,
} from '../../../actions.ts'
import { loadShown } from '../../load.ts'

type Props = { params: Promise<{ user: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Settings of ${userTitle(await loadShown((await params).user))}` }
}

export default async function UserSettingsPage({ params }: Props) {
  const [actor, given] = await Promise.all([requireActor(), params])
  const user = await loadShown(given.user)
  const values = toUserValues(user)
  if (!mayChange(actor)) return <ReadOnly claims={values.attributes} />
  const { id, email, hasPassword } = user
  const [tenant, { authenticators }] = await Promise.all([
    loadTenant(house(), actor, { tenant: user.tenant }),
    listSecondFactors(house(), actor, { user: id }),
  ])
  const who = userTitle(user)
  return (
    <div className="grid gap-6">
      <Section title="Settings">
        <div className="max-w-2xl">
          <UserSettings key={keyOf(values)} settings={values} save={updateUser.bind(null, id)} />
        </div>
      </Section>
      <Section
        title="Password"
        lead={
          hasPassword
            ? 'One is set. We keep only its hash, so nobody can look it up.'
            : 'None is set: they sign in through connections alone.'
        }
      >
        <div className="grid max-w-2xl gap-4">
          {!tenant.passwordSignIn && <PasswordsOff tenant={tenant} />}
          <UserPassword
            who={who}
            hasPassword={hasPassword}
            set={setUserPassword.bind(null, id)}
            remove={removeUserPassword.bind(null, id)}
          />
        </div>
      </Section>
      {authenticators.length > 0 && (
        <Section
          title="Second step"
          lead="Asked for after the password. Whoever lost every device and recovery code cannot come in without your help."
          action={<RemoveSecondSteps who={who} run={removeSecondSteps.bind(null, id)} />}
        />
      )}
      <Section
        tone="danger"
        title="Delete this user"
        lead="To keep somebody out for a while, disable them instead."
        action={
          <ConfirmButton
            label="Delete user"
            title={`Delete ${who}?`}
            confirmLabel="Delete user"
            typed={email}
            run={deleteUser.bind(null, id)}
          >
            <p>
              This cannot be undone. <strong>{who}</strong> loses
            </p>
            <ul>
              <li>every session, and every token issued to applications, at once</li>
              <li>password, identities, namespaces and tags</li>
            </ul>
            <p className="mt-2">
              A connection that takes people in by itself makes a new user of them at the next sign-in, under
              another ID. Traces and the audit log are kept.
            </p>
          </ConfirmButton>
        }
      />
    </div>
  )
}

function PasswordsOff({ tenant }: { tenant: TenantView }) {
  return (
    <Notice title="Passwords do not count here">
      {tenant.enforceSso
        ? `${tenant.name} signs in through single sign-on alone.`
        : `${tenant.name} does not sign in with passwords. Its page is where to allow them.`}
    </Notice>
  )
}

function ReadOnly({ claims }: { claims: string }) {
  return (
    <Section title="Settings" lead="Your role can look, not change. What is set stands in the overview.">
      {claims !== '' && <CodeBlock text={claims} what="claims" />}
    </Section>
  )
}
