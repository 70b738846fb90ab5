import type { Metadata } from 'next'
import { textParam } from '#app/(portal)/list-params.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { TokenInspector } from '#components/portal/token-inspector.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'

export const metadata: Metadata = { title: 'Token inspector' }

export default async function InspectorPage({ searchParams }: PageProps<'/jwt-inspector'>) {
  const [, params] = await Promise.all([requireActor(), searchParams])
  return (
    <>
      <PageHeader
        title="Token inspector"
        lead="Paste a token of JWT SSO to see what it says, whether it would be accepted, and what to change in the code that makes it. Nothing you paste leaves this browser."
      />
      <TokenInspector audience={textParam(params, 'audience') ?? ''} />
    </>
  )
}
