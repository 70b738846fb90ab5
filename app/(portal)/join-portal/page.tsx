import { Building2 } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { textParam } from '#app/(portal)/list-params.ts'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { EntryForm } from '#components/forms/entry-form.tsx'
import { EntryFrame } from '#components/portal/entry-frame.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { TextField } from '#components/ui/field.tsx'
import { findInvitation } from '#lib/members/invitation.ts'
import { describePortalSignIn } from '#lib/members/portal-sign-in.ts'
import { house } from '#server/house-access.ts'
import { join } from './actions.ts'

export const metadata: Metadata = { title: 'Invitation', referrer: 'same-origin' }

const roles = {
  owner: 'an owner: you may do everything, and decide who else may',
  admin: 'an admin: you may set up connections and look after users',
  viewer: 'a viewer: you may look at everything and change nothing',
}

/** Where the link of an invitation leads: the invited person chooses a name and a way to sign in. */
export default async function JoinPage({ searchParams }: PageProps<'/join-portal'>) {
  const [params, site] = await Promise.all([searchParams, loadSite()])
  const token = textParam(params, 'token') ?? ''
  const invitation = await findInvitation(house(), { organizationId: site.id, token })
  if (!invitation)
    return (
      <EntryFrame
        title="This invitation is over"
        lead="It was used, taken back, or is older than a week. Ask whoever invited you for another one."
      >
        <Link href="/sign-in" className={buttonClass('primary', 'lg')}>
          To the sign-in
        </Link>
      </EntryFrame>
    )
  const { connection } = await describePortalSignIn(house(), site.id)
  return (
    <EntryFrame
      title={`Join the portal of ${site.name}`}
      lead={`As ${roles[invitation.role]}.`}
      foot={`The invitation is for ${invitation.email}.`}
    >
      {invitation.mayUseSso && connection?.active && (
        <a
          href={`/portal-login?${new URLSearchParams({ invitation: token })}`}
          className={buttonClass(invitation.mayUsePassword ? 'secondary' : 'primary', 'lg')}
        >
          <Building2 aria-hidden="true" />
          <span className="min-w-0 truncate">Continue with {connection.name}</span>
        </a>
      )}
      {invitation.mayUsePassword && (
        <EntryForm action={join} submit="Join" hidden={{ token }}>
          <TextField
            label="Your name"
            name="name"
            autoComplete="name"
            defaultValue={invitation.name}
            maxLength={128}
            required
          />
          <input type="hidden" name="username" autoComplete="username" value={invitation.email} readOnly />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="new-password"
            hint="At least 12 characters."
            minLength={12}
            maxLength={1000}
            required
          />
        </EntryForm>
      )}
    </EntryFrame>
  )
}
