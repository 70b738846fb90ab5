import type { Metadata } from 'next'
import Link from 'next/link'
import { textParam } from '#app/(portal)/list-params.ts'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { EntryForm } from '#components/forms/entry-form.tsx'
import { EntryFrame } from '#components/portal/entry-frame.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { TextField } from '#components/ui/field.tsx'
import { findPasswordReset } from '#lib/members/reset-password.ts'
import { house } from '#server/house-access.ts'
import { chooseNewPassword } from './actions.ts'

export const metadata: Metadata = { title: 'New password', referrer: 'same-origin' }

export default async function ResetPage({ searchParams }: PageProps<'/sign-in/reset'>) {
  const [params, site] = await Promise.all([searchParams, loadSite()])
  const token = textParam(params, 'token') ?? ''
  const found = await findPasswordReset(house(), { organizationId: site.id, token })
  if (!found)
    return (
      <EntryFrame title="This link is over" lead="It was used, or is older than half an hour.">
        <Link href="/sign-in/forgot" className={buttonClass('primary', 'lg')}>
          Ask for another one
        </Link>
      </EntryFrame>
    )
  return (
    <EntryFrame title="Choose a new password" lead={`For ${found.email}. All your sessions end.`}>
      <EntryForm action={chooseNewPassword} submit="Set password" hidden={{ token }}>
        <input type="hidden" name="username" autoComplete="username" value={found.email} readOnly />
        <TextField
          label="New password"
          name="password"
          type="password"
          autoComplete="new-password"
          hint="At least 12 characters."
          minLength={12}
          maxLength={1000}
          required
          autoFocus
        />
      </EntryForm>
    </EntryFrame>
  )
}
