'use client'

import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Section } from '../ui/section.tsx'
import type { ActionResult } from './action-result.ts'
import { BelongingFields } from './belonging-fields.tsx'
import { newConnectionForm } from './connection-schemas.ts'
import { MetadataField, type MetadataValue, type ReadMetadata } from './metadata-field.tsx'
import { PageForm } from './page-form.tsx'
import { RedirectUrlSection } from './redirect-url-fields.tsx'
import { useActionForm } from './use-action-form.ts'

export type NewConnectionValues = MetadataValue & {
  tenant: string
  product: string
  name: string
  defaultRedirectUrl: string
  furtherRedirectUrls: string
}

/** All that makes a connection, on one page and in the order of the work. `values` shows the first step. */
export function NewConnectionForm({
  tenant,
  tenants,
  products,
  values,
  metadataExample,
  read,
  create,
}: {
  tenant: string
  tenants: { slug: string; name: string }[]
  products: string[]
  values: ReactNode
  metadataExample: string
  read: ReadMetadata
  create: (values: NewConnectionValues) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal } = useActionForm({
    schema: newConnectionForm,
    defaults: { ...blank, tenant, product: products.length === 1 ? products[0] : '' },
    action: create,
  })
  const [source, rawMetadata, metadataUrl] = form.watch(['source', 'rawMetadata', 'metadataUrl'])

  function change(next: Partial<MetadataValue>) {
    for (const [name, value] of Object.entries(next)) form.setValue(name as keyof MetadataValue, value)
    form.clearErrors(['rawMetadata', 'metadataUrl'])
  }

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
        lead="Its administrator creates an application there and enters these values."
      >
        {values}
      </Section>
      <Section
        title="3. What the identity provider gives"
        lead="Its metadata says where people sign in and with which certificate it signs."
      >
        <div className="max-w-2xl">
          <MetadataField
            value={{ source, rawMetadata, metadataUrl }}
            errors={{ rawMetadata: field('rawMetadata').error, metadataUrl: field('metadataUrl').error }}
            onChange={change}
            example={metadataExample}
            read={read}
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
  source: 'text' as const,
  rawMetadata: '',
  metadataUrl: '',
}
