import type { Metadata } from 'next'
import Link from 'next/link'
import { cache } from 'react'
import { loadKnown } from '#app/(portal)/load-known.ts'
import { orNotFound } from '#app/(portal)/or-not-found.ts'
import { pathParam } from '#app/(portal)/path-param.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { keyOf } from '#components/forms/key-of.ts'
import { RotateTarget } from '#components/forms/rotate-target.tsx'
import type { TargetValues } from '#components/forms/target-schemas.ts'
import { TargetSettings } from '#components/forms/target-settings.tsx'
import { inspectorPath, tracesPath } from '#components/portal/addresses.ts'
import { LastUse } from '#components/portal/application-table.tsx'
import { failsNow } from '#components/portal/target-table.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { CopyField } from '#components/ui/copy-field.tsx'
import { Facts, Id } from '#components/ui/facts.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Section } from '#components/ui/section.tsx'
import { Time } from '#components/ui/time.tsx'
import { loadTarget } from '#lib/jwt-sso-targets/load-target.ts'
import type { TargetView } from '#lib/jwt-sso-targets/target.ts'
import { house } from '#server/house-access.ts'
import { deleteTarget, rotateTarget, updateTarget } from '../actions.ts'

type Props = { params: Promise<{ target: string }> }

const loadShown = cache(async (target: string) => {
  const [actor, { issuer }] = await Promise.all([requireActor(), loadSite()])
  return orNotFound(loadTarget(house(), actor, { target: pathParam(target), issuer }))
})

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await loadShown((await params).target)).name }
}

export default async function TargetPage({ params }: Props) {
  const [actor, given] = await Promise.all([requireActor(), params])
  const target = await loadShown(given.target)
  const { id, name, baseUrl } = target
  const editable = mayChange(actor)
  const values = toValues(target)
  return (
    <>
      <PageHeader
        trail={[{ href: '/jwt-sso-targets', label: 'JWT SSO targets' }]}
        title={name}
        lead={`${target.tenant ? `People of ${target.tenant}` : 'People of every tenant'} go on to ${new URL(baseUrl).host} with a signed token.`}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
        <LastFailure target={target} />
        <Section title="For the product">
          <div className="grid max-w-2xl gap-5">
            <CopyField
              label="SSO URL"
              value={target.ssoUrl}
              hint="The product adds return_to_path, and return_to_params where it needs to."
            />
            <CopyField label="Audience" value={target.audience} hint="Stands in the token as aud." />
          </div>
        </Section>
        <Section
          title="Secret"
          lead={
            <>
              It ends in <Id>…{target.hint}</Id>. It rests sealed, and nobody can read it here.
            </>
          }
          action={editable && <RotateTarget rotate={rotateTarget.bind(null, id)} />}
        />
        <Section
          title="Facts"
          action={
            <Link
              href={inspectorPath(target.audience)}
              className="text-accent underline-offset-2 hover:underline"
            >
              Inspect a token
            </Link>
          }
        >
          <Facts
            facts={[
              { label: 'Last used', value: <LastUse at={target.lastUsedAt} /> },
              { label: 'Last failure', value: <LastUse at={target.lastFailureAt} /> },
              ...(editable ? [] : settingsFacts(target)),
              { label: 'Created', value: <Time at={target.createdAt} /> },
              { label: 'Last changed', value: <Time at={target.updatedAt} /> },
              { label: 'ID', value: <Id>{id}</Id> },
            ]}
          />
        </Section>
        {editable && (
          <Section title="Settings">
            <div className="max-w-2xl">
              <TargetSettings
                key={keyOf(values)}
                settings={values}
                known={await loadKnown(actor)}
                save={updateTarget.bind(null, id)}
              />
            </div>
          </Section>
        )}
        {editable && <Deletion target={target} />}
      </div>
    </>
  )
}

/** Why the last person who wanted to go there was not let, with the way to the trace. */
function LastFailure({ target }: { target: TargetView }) {
  const { lastFailure, lastFailureAt, tenant } = target
  if (lastFailure === null || lastFailureAt === null) return null
  return (
    <Notice
      tone={failsNow(target) ? 'warn' : 'neutral'}
      title={
        <>
          Somebody was not sent there, <Time at={lastFailureAt} />
        </>
      }
      action={
        <Link
          href={tracesPath({ outcome: 'failure', ...(tenant && { tenant }) })}
          className="text-accent underline-offset-2 hover:underline"
        >
          See traces
        </Link>
      }
    >
      {lastFailure}
    </Notice>
  )
}

function Deletion({ target: { id, name } }: { target: TargetView }) {
  return (
    <Section
      tone="danger"
      title="Delete this target"
      lead="Nobody can go on to the product through its SSO URL any more."
      action={
        <ConfirmButton
          label="Delete target"
          title={`Delete ${name}?`}
          confirmLabel="Delete target"
          typed={name}
          run={deleteTarget.bind(null, id)}
        >
          <p>This cannot be undone. What is lost:</p>
          <ul>
            <li>its SSO URL and its secret; a new target gets new ones</li>
            <li>every sign-in that is on the way there</li>
          </ul>
          <p className="mt-2">Traces and the audit log are kept.</p>
        </ConfirmButton>
      }
    />
  )
}

function settingsFacts({ baseUrl, tenant, product, claims, tags }: TargetView) {
  return [
    { label: 'Base URL', value: <Id>{baseUrl}</Id> },
    { label: 'Tenant', value: tenant ?? 'Every tenant' },
    { label: 'Product', value: product ?? 'Any product' },
    { label: 'Members of data', value: ['email', ...claims].join(', ') },
    { label: 'Tags', value: tags.join(', ') || 'None' },
  ]
}

function toValues({ name, baseUrl, audience, tenant, product, claims, tags }: TargetView): TargetValues {
  return {
    name,
    baseUrl,
    audience,
    tenant: tenant ?? '',
    product: product ?? '',
    claims: claims.join('\n'),
    tags: tags.join('\n'),
  }
}
