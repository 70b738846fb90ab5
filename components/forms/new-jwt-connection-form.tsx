'use client'

import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { connectionPath } from '../portal/addresses.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Section } from '../ui/section.tsx'
import type { ActionResult } from './action-result.ts'
import { BelongingFields } from './belonging-fields.tsx'
import { newJwtConnectionForm } from './connection-schemas.ts'
import { PageFields } from './page-fields.tsx'
import { PageForm } from './page-form.tsx'
import { RedirectUrlSection } from './redirect-url-fields.tsx'
import { useActionForm } from './use-action-form.ts'

export type NewJwtConnectionValues = {
  tenant: string
  product: string
  name: string
  defaultRedirectUrl: string
  furtherRedirectUrls: string
  ssoUrl: string
  audience: string
}

/** What the developer of the customer's page needs; `secret` is null when such a connection was there already. */
export type CreatedJwtConnection = { clientID: string; audience: string; secret: string | null }

type Props = {
  tenant: string
  tenants: { slug: string; name: string }[]
  products: string[]
  /** What tokens are for unless told. */
  audience: string
  /** `{issuer}/test-idp`: below it each tenant has a page to try with. */
  testIdpUrl: string
  create: (values: NewJwtConnectionValues) => Promise<ActionResult<CreatedJwtConnection>>
}

/** All that makes a connection to a customer's own login page, and in its place the secret that came of it. */
export function NewJwtConnection(props: Props) {
  const [created, setCreated] = useState<CreatedJwtConnection | null>(null)
  return created ? <Created connection={created} /> : <NewForm {...props} done={setCreated} />
}

function NewForm({
  tenant,
  tenants,
  products,
  audience,
  testIdpUrl,
  create,
  done,
}: Props & { done: (connection: CreatedJwtConnection) => void }) {
  const { form, field, submit, pending, refusal } = useActionForm({
    schema: newJwtConnectionForm,
    defaults: { ...blank, tenant, product: products.length === 1 ? products[0] : '' },
    action: create,
    done,
  })
  const slug = form.watch('tenant').trim()
  const useTestPage = () =>
    form.setValue('ssoUrl', `${testIdpUrl}/${encodeURIComponent(slug)}/jwt`, { shouldDirty: true })
  return (
    <PageForm
      submit={submit}
      refusal={refusal}
      buttons={
        <Button type="submit" variant="primary" size="lg" pending={pending}>
          Create connection
        </Button>
      }
    >
      <Section title="1. Who it is for">
        <BelongingFields field={field} tenants={tenants} products={products} />
      </Section>
      <Section
        title="2. Where the customer’s login page is"
        lead="It needs no SAML and no OpenID Connect: a page that knows who somebody is, and a JWT library."
      >
        <div className="grid max-w-2xl gap-5">
          <PageFields field={field} audience={audience} />
          <p className="text-muted">
            No page at hand?{' '}
            <button
              type="button"
              disabled={slug === ''}
              onClick={useTestPage}
              className="text-accent underline underline-offset-2 disabled:text-muted disabled:no-underline"
            >
              Use the built-in test page
            </button>
            {slug === '' ? ' once you have said for which tenant.' : ', where anyone can sign in as anyone.'}
          </p>
        </div>
      </Section>
      <RedirectUrlSection step={3} field={field} />
    </PageForm>
  )
}

/** What is shown once. The heading takes the focus, so that nobody who cannot see it misses that the page has changed. */
function Created({ connection: { clientID, audience, secret } }: { connection: CreatedJwtConnection }) {
  const heading = useRef<HTMLDivElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <div ref={heading} tabIndex={-1} data-created className="grid gap-6 outline-none">
      <Section
        title="For the developer of the customer’s page"
        lead={
          secret === null
            ? 'This tenant and product had a connection to this page already; it was updated and keeps its secrets.'
            : 'The secret is shown this once. Hand it over on a way that nobody else reads.'
        }
      >
        <div className="grid max-w-2xl gap-5">
          {secret !== null && (
            <CopyField
              label="Secret"
              value={secret}
              hint="The key of HS512 is this text as it stands (its UTF-8 bytes), not what it decodes to."
            />
          )}
          <CopyField label="Audience" value={audience} hint="Goes into the token as aud." />
        </div>
      </Section>
      <div>
        <Link href={`${connectionPath(clientID)}?created=1`} className={buttonClass('primary', 'lg')}>
          {secret === null ? 'Open the connection' : 'I have copied it, open the connection'}
        </Link>
      </div>
    </div>
  )
}

const blank = {
  name: '',
  defaultRedirectUrl: '',
  furtherRedirectUrls: '',
  ssoUrl: '',
  audience: '',
}
