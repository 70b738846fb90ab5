import type { Metadata } from 'next'
import Link from 'next/link'
import { loadHandOverBrowser } from '#app/(portal)/hand-over.ts'
import { textParam } from '#app/(portal)/list-params.ts'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { findMember } from '#app/(portal)/session.ts'
import { EntryForm } from '#components/forms/entry-form.tsx'
import { EntryFrame } from '#components/portal/entry-frame.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { TextField } from '#components/ui/field.tsx'
import { findInvitedBySso } from '#lib/members/accept-invitation.ts'
import { findLink } from '#lib/members/portal-identity.ts'
import { house } from '#server/house-access.ts'
import { joinByCompany, link } from './actions.ts'

export const metadata: Metadata = { title: 'Company sign-in', referrer: 'same-origin' }

/** Somebody is back from the company's sign-in, to be linked to it: they see as whom before it counts. */
export default async function LinkPage({ searchParams }: PageProps<'/sign-in/link'>) {
  const [params, site, actor, browserHash] = await Promise.all([
    searchParams,
    loadSite(),
    findMember(),
    loadHandOverBrowser(),
  ])
  const code = textParam(params, 'code') ?? ''
  const invited = await findInvitedBySso(house(), { organizationId: site.id, code, browserHash })
  if (invited)
    return (
      <EntryFrame
        title="Is this you?"
        lead={`You were recognised as ${invited.identity}. As this person you sign in to the portal of ${site.name} from now on.`}
      >
        <EntryForm action={joinByCompany} submit="Yes, join" hidden={{ code }}>
          <TextField
            label="Your name"
            name="name"
            autoComplete="name"
            defaultValue={invited.name}
            maxLength={128}
            required
          />
        </EntryForm>
      </EntryFrame>
    )
  const linking = actor && (await findLink(house(), actor, { code, browserHash }))
  if (!linking)
    return (
      <EntryFrame
        title="This is over"
        lead="It took too long, was finished before, or was begun in another browser."
      >
        <Link href={actor ? '/settings/account' : '/sign-in'} className={buttonClass('primary', 'lg')}>
          {actor ? 'Back to your account' : 'To the sign-in'}
        </Link>
      </EntryFrame>
    )
  return (
    <EntryFrame
      title="Is this you?"
      lead={`You were recognised as ${linking.identity}. Whoever signs in there as this person opens the portal as ${actor.email}.`}
    >
      <EntryForm action={link} submit="Yes, link" hidden={{ code }}>
        <Link href="/settings/account" className="text-center text-muted text-sm hover:text-ink">
          No, leave it
        </Link>
      </EntryForm>
    </EntryFrame>
  )
}
