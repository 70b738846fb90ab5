import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { inspectorPath } from '#components/portal/addresses.ts'
import { CustomerSamples } from '#components/portal/customer-samples.tsx'
import { Section } from '#components/ui/section.tsx'
import { secretVariable } from '#lib/jwt-sso/customer-samples.ts'
import { loadShown } from '../../load.ts'

type Props = { params: Promise<{ clientID: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Code for ${(await loadShown((await params).clientID)).title}` }
}

export default async function ConnectionCodePage({ params }: Props) {
  const [site, given] = await Promise.all([loadSite(), params])
  const { jwt } = await loadShown(given.clientID)
  if (!jwt) notFound()
  return (
    <Section
      title="Code for the customer’s page"
      lead={
        <>
          With the values of this connection, and nothing to install. The secret is read from the environment,
          as <code>{secretVariable}</code>.
        </>
      }
      action={
        <Link href={inspectorPath(jwt.audience)} className="text-accent underline-offset-2 hover:underline">
          Inspect a token
        </Link>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)]">
        <CustomerSamples baseUrl={site.issuer} audience={jwt.audience} />
      </div>
    </Section>
  )
}
