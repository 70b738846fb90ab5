import type { Metadata } from 'next'
import Link from 'next/link'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { applicationPath } from '#components/portal/addresses.ts'
import { SnippetTabs } from '#components/portal/snippet-tabs.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Section } from '#components/ui/section.tsx'
import type { ApplicationView } from '#lib/applications/application.ts'
import { usesSecret } from '#lib/applications/application-input.ts'
import { authJsCallback, secretPlaceholder, writeSnippets } from '#lib/applications/snippets.ts'
import { loadShown } from '../../load.ts'

type Props = { params: Promise<{ application: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Code for ${(await loadShown((await params).application)).name}` }
}

export default async function ApplicationCodePage({ params }: Props) {
  const [site, given] = await Promise.all([loadSite(), params])
  const application = await loadShown(given.application)
  const snippets = writeSnippets(application, { issuer: site.issuer })
  return (
    <div className="grid gap-6">
      <Section
        title="Code to copy"
        lead={
          usesSecret(application) ? (
            <>
              With the values of this application. Its secrets are known to nobody here: put yours in place of{' '}
              <code>{secretPlaceholder}</code>.
            </>
          ) : (
            'With the values of this application.'
          )
        }
      >
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          {snippets.some(({ id }) => id === 'next-auth') && <MissingCallback application={application} />}
          <SnippetTabs snippets={snippets} />
          <LeftOut application={application} />
        </div>
      </Section>
    </div>
  )
}

/** next-auth decides by itself where people come back to. */
function MissingCallback({ application }: { application: ApplicationView }) {
  const { url, allowed } = authJsCallback(application)
  if (allowed) return null
  return (
    <Notice title="For next-auth and Auth.js one redirect URL is missing">
      They come back to <code className="break-all">{url}</code>. Add it in the{' '}
      <Link href={`${applicationPath(application.id)}/settings`} className="text-accent underline">
        settings
      </Link>
      .
    </Notice>
  )
}

/** Why a library somebody may look for is not among them. */
function LeftOut({ application }: { application: ApplicationView }) {
  const reason = reasonOf(application)
  return reason && <p className="text-muted text-sm">{reason}</p>
}

function reasonOf({
  type,
  requireDpop,
  requirePar,
  tokenEndpointAuthMethod,
}: ApplicationView): string | null {
  if (requireDpop || requirePar)
    return 'next-auth, Auth.js and curl are left out: they do not send what this application is set up to require (PAR, DPoP).'
  if (tokenEndpointAuthMethod === 'private_key_jwt')
    return 'next-auth, Auth.js and curl are left out: for an application that signs with its own key, openid-client is the shortest way.'
  if (type !== 'confidential')
    return 'next-auth and Auth.js are left out: they run on a server, which would be an application of the first type.'
  return null
}
