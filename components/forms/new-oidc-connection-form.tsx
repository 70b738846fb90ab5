'use client'

import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Section } from '../ui/section.tsx'
import type { ActionResult } from './action-result.ts'
import { BelongingFields } from './belonging-fields.tsx'
import { newOidcConnectionForm } from './connection-schemas.ts'
import { PageForm } from './page-form.tsx'
import { ProviderFields } from './provider-fields.tsx'
import { RedirectUrlSection } from './redirect-url-fields.tsx'
import { useActionForm } from './use-action-form.ts'

export type NewOidcConnectionValues = {
  tenant: string
  product: string
  name: string
  defaultRedirectUrl: string
  furtherRedirectUrls: string
  oidcDiscoveryUrl: string
  oidcMetadata: string
  oidcClientId: string
  oidcClientSecret: string
}

/** All that makes a connection to an OpenID provider, in the order of the work. `values` shows the second step. */
export function NewOidcConnectionForm({
  tenant,
  tenants,
  products,
  values,
  discoveryExample,
  create,
}: {
  tenant: string
  tenants: { slug: string; name: string }[]
  products: string[]
  values: ReactNode
  discoveryExample: string
  create: (values: NewOidcConnectionValues) => Promise<ActionResult>
}) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: newOidcConnectionForm,
    defaults: { ...blank, tenant, product: products.length === 1 ? products[0] : '' },
    action: create,
  })
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
        title="2. What the identity provider needs"
        lead="Its administrator creates an application there and enters this value."
      >
        {values}
      </Section>
      <Section
        title="3. What the identity provider gives"
        lead="Where it describes itself, and the credentials it made for this application."
      >
        <div className="grid max-w-2xl gap-5">
          <ProviderFields field={field} example={discoveryExample} />
          <TextField
            label="Client ID"
            mono
            autoComplete="off"
            spellCheck={false}
            hint="Also called application ID or client identifier."
            {...field('oidcClientId')}
          />
          <TextField
            label="Client secret"
            mono
            type="password"
            autoComplete="off"
            hint="Kept sealed and never shown again, here or by the API."
            {...field('oidcClientSecret')}
          />
        </div>
      </Section>
      <RedirectUrlSection step={4} field={field} />
    </PageForm>
  )
}

const blank = {
  name: '',
  defaultRedirectUrl: '',
  furtherRedirectUrls: '',
  oidcDiscoveryUrl: '',
  oidcMetadata: '',
  oidcClientId: '',
  oidcClientSecret: '',
}
