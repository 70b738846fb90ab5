import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { findMember } from '#app/(portal)/session.ts'
import { SignInForm } from '#components/forms/sign-in-form.tsx'
import { BrandMark } from '#components/portal/brand.tsx'
import { signIn } from './actions.ts'

export const metadata: Metadata = {
  title: 'Sign in',
  // Under `no-referrer` a plain form is posted with `Origin: null`, which no server action accepts.
  referrer: 'same-origin',
}

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  if (await findMember()) redirect('/')
  const [{ from }, site] = await Promise.all([searchParams, loadSite()])
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center gap-8 px-4 py-12">
      <div className="grid justify-items-center gap-4 text-center">
        <BrandMark className="size-11" />
        <div className="grid gap-1">
          <h1 className="font-semibold text-2xl tracking-tight">Sign in to Vestibule</h1>
          <p className="text-muted">The portal of {site.name}, for its members.</p>
        </div>
      </div>
      <div className="rounded-xl border border-line bg-surface p-5 sm:p-7">
        <SignInForm from={typeof from === 'string' ? from : undefined} action={signIn} />
      </div>
      <p className="text-center text-muted text-sm">
        Looking for the product itself? Open it directly: it brings you to your own company’s sign-in.
      </p>
    </main>
  )
}
