import type { Metadata } from 'next'
import Link from 'next/link'
import { requireActor } from '#app/(portal)/session.ts'
import { countWaiting } from '#app/(portal)/waiting-requests.ts'
import { tracesPath } from '#components/portal/addresses.ts'
import { AttentionList, type OwnCertificate } from '#components/portal/attention-list.tsx'
import { certificateAge } from '#components/portal/certificate-age.ts'
import { FirstSteps, type Step } from '#components/portal/first-steps.tsx'
import { SignInFigures } from '#components/portal/sign-in-figures.tsx'
import { TraceTable } from '#components/portal/trace-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Section } from '#components/ui/section.tsx'
import { listAttention } from '#lib/connections/list-attention.ts'
import { type ConnectionSummary, listConnections } from '#lib/connections/list-connections.ts'
import { listSigningKeys, type SigningKeysView } from '#lib/signing-keys/list-signing-keys.ts'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { countSignIns } from '#lib/traces/count-sign-ins.ts'
import { listTraces } from '#lib/traces/list-traces.ts'
import { house } from '#server/house-access.ts'

export const metadata: Metadata = { title: 'Home' }

export default async function HomePage() {
  const actor = await requireActor()
  const now = house().clock.now()
  const [figures, failures, successes, connections, tenants, attention, keys, requests] = await Promise.all([
    countSignIns(house(), actor, { hours: 24 }),
    listTraces(house(), actor, { outcome: 'failure', limit: 5 }),
    listTraces(house(), actor, { outcome: 'success', limit: 1 }),
    listConnections(house(), actor, { active: true, limit: 1 }),
    listTenants(house(), actor, { limit: 1 }),
    listAttention(house(), actor),
    listSigningKeys(house(), actor),
    countWaiting(),
  ])
  const ownCertificate = ownCertificateInNeed(keys, now)
  const [first] = connections.data
  const steps = firstSteps(tenants.data.length > 0, first, successes.data.length > 0)
  return (
    <>
      <PageHeader title="Home" lead={summarize(figures, attention.length)} />
      <div className="grid gap-6">
        {steps.some((step) => !step.done) && (
          <Section title="First steps" lead="From an empty portal to the first sign-in." flush>
            <FirstSteps steps={steps} />
          </Section>
        )}
        <SignInFigures {...figures} />
        {(attention.length > 0 || ownCertificate || requests > 0) && (
          <Section title="Needs attention" flush>
            <AttentionList
              requests={requests}
              connections={attention}
              ownCertificate={ownCertificate}
              now={now}
            />
          </Section>
        )}
        <Section
          title="Recent refusals"
          flush
          action={
            failures.data.length > 0 && (
              <Link
                href={tracesPath({ outcome: 'failure' })}
                className="text-accent underline-offset-2 hover:underline"
              >
                All refusals
              </Link>
            )
          }
        >
          {failures.data.length > 0 ? (
            <TraceTable traces={failures.data} />
          ) : (
            <EmptyState title="Nobody has been refused">
              When somebody cannot sign in, the reason appears here in a sentence.
            </EmptyState>
          )}
        </Section>
      </div>
    </>
  )
}

/** The answer to "is it all right?" in one sentence. */
function summarize({ success, failure }: { success: number; failure: number }, attention: number): string {
  const waiting =
    attention === 0
      ? ''
      : ` ${attention === 1 ? 'One connection needs' : `${attention} connections need`} attention.`
  if (success + failure === 0) return `No sign-ins in the last 24 hours.${waiting}`
  if (failure === 0) return `Everybody who signed in today got in.${waiting}`
  return `${failure === 1 ? 'One sign-in was' : `${failure} sign-ins were`} refused in the last 24 hours.${waiting}`
}

function ownCertificateInNeed(keys: SigningKeysView[], now: Date): OwnCertificate | null {
  const saml = keys.find(({ purpose }) => purpose === 'saml')
  if (!saml) return null
  const { state } = certificateAge({ notAfter: saml.endsAt }, now)
  if (state !== 'ended' && state !== 'ending') return null
  return { endsAt: saml.endsAt, nextIsReady: saml.next !== null }
}

function firstSteps(
  hasTenant: boolean,
  connection: ConnectionSummary | undefined,
  hasSuccess: boolean,
): Step[] {
  return [
    {
      title: 'Add your first customer',
      text: 'A tenant is one customer company.',
      href: '/tenants',
      action: 'Add a tenant',
      done: hasTenant,
    },
    {
      title: 'Connect its identity provider',
      text: 'You need the SAML metadata: a file, a text or an address.',
      href: '/connections/new',
      action: 'New connection',
      done: connection !== undefined,
    },
    {
      title: 'See somebody sign in',
      text: 'Test the connection yourself, then let your application use it.',
      href: connection ? `/connections/${connection.clientID}` : '/connections',
      action: 'Open the connection',
      done: hasSuccess,
    },
  ]
}
