import type { Metadata } from 'next'
import Link from 'next/link'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { EntryForm } from '#components/forms/entry-form.tsx'
import { EntryFrame } from '#components/portal/entry-frame.tsx'
import { TextField } from '#components/ui/field.tsx'
import { askForLink } from './actions.ts'

export const metadata: Metadata = { title: 'Forgotten password', referrer: 'same-origin' }

export default async function ForgotPage() {
  const site = await loadSite()
  return (
    <EntryFrame
      title="Choose a new password"
      lead={`For the portal of ${site.name}. A link comes by mail.`}
      foot={
        <Link href="/sign-in" className="underline underline-offset-2 hover:text-ink">
          Back to the sign-in
        </Link>
      }
    >
      <EntryForm
        action={askForLink}
        submit="Send the link"
        done="If a member with a password has this address, a link is on its way. It works for half an hour."
      >
        <TextField
          label="E-mail address"
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
        />
      </EntryForm>
    </EntryFrame>
  )
}
