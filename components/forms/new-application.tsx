'use client'

import { type ComponentProps, useState } from 'react'
import { applicationPath } from '../portal/addresses.ts'
import { type ApplicationType, applicationTypeWords } from '../portal/application-views.ts'
import { SnippetTabs, type SnippetView } from '../portal/snippet-tabs.tsx'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { type Crumb, PageHeader } from '../ui/page-header.tsx'
import { Section } from '../ui/section.tsx'
import type { ActionResult } from './action-result.ts'
import { newApplicationForm } from './application-schemas.ts'
import { ApplicationUrlField } from './application-url-fields.tsx'
import { CreatedFrame } from './created-frame.tsx'
import { ProductField } from './known-fields.tsx'
import { PageForm } from './page-form.tsx'
import { useActionForm } from './use-action-form.ts'

export type NewApplicationValues = {
  type: ApplicationType
  name: string
  product: string
  redirectUrls: string
}

/** What there is to show once: the secret, if there is one, and code with it. */
export type CreatedApplication = {
  id: string
  name: string
  clientId: string
  clientSecret: string | null
  snippets: SnippetView[]
}

/** The form that makes an application, and in its place what was made. */
export function NewApplication({
  trail,
  product,
  products,
  create,
}: {
  trail: Crumb[]
  product: string
  products: string[]
  create: (values: NewApplicationValues) => Promise<ActionResult<CreatedApplication>>
}) {
  const [created, setCreated] = useState<CreatedApplication | null>(null)
  if (created) return <Created trail={trail} application={created} />
  return (
    <>
      <PageHeader
        trail={trail}
        title="New application"
        lead="What you build, as a client of OAuth 2.0 and OpenID Connect. It signs in the people of all your tenants."
      />
      <NewApplicationForm product={product} products={products} create={create} done={setCreated} />
    </>
  )
}

function NewApplicationForm({
  product,
  products,
  create,
  done,
}: {
  product: string
  products: string[]
  create: (values: NewApplicationValues) => Promise<ActionResult<CreatedApplication>>
  done: (application: CreatedApplication) => void
}) {
  const { form, field, submit, pending, refusal } = useActionForm({
    schema: newApplicationForm,
    defaults: {
      type: 'confidential',
      name: '',
      product: product || (products.length === 1 ? products[0] : ''),
      redirectUrls: '',
    },
    action: create,
    done,
  })
  const type = form.watch('type')

  return (
    <PageForm
      submit={submit}
      refusal={refusal}
      buttons={
        <Button type="submit" variant="primary" size="lg" pending={pending}>
          Create application
        </Button>
      }
    >
      <Section
        title="1. What it is"
        lead="It decides how the application proves who it is, and cannot be changed later."
      >
        <TypeCards field={field('type')} />
      </Section>
      <Section title="2. What it is called">
        <div className="grid max-w-2xl gap-5 sm:grid-cols-2">
          <TextField label="Name" autoComplete="off" placeholder="CRM for the web" {...field('name')} />
          <ProductField products={products} hint={productHint} {...field('product')} />
        </div>
      </Section>
      <Section title="3. Where people come back" lead="Only these addresses ever receive a sign-in.">
        <div className="grid max-w-2xl gap-5">
          <ApplicationUrlField applicationType={type} label="Redirect URLs" {...field('redirectUrls')} />
        </div>
      </Section>
    </PageForm>
  )
}

/** What naming a product means for an application. */
export const productHint =
  'People sign in through the connections of this product. A new one is created with the application.'

const types: ApplicationType[] = ['confidential', 'public', 'native']

function TypeCards({ field }: { field: ComponentProps<'input'> & { error: string | undefined } }) {
  const { error, ...radio } = field
  return (
    <fieldset>
      <legend className="sr-only">Type of application</legend>
      <div className="grid gap-3 md:grid-cols-3">
        {types.map((type) => (
          <label
            key={type}
            className="flex items-start gap-3 rounded-lg border border-line-strong p-4 transition-colors hover:border-muted has-checked:border-accent has-checked:bg-accent-tint has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              {...radio}
              type="radio"
              value={type}
              aria-labelledby={`type-${type}`}
              aria-describedby={`type-${type}-text`}
              className="mt-1 size-4 shrink-0 accent-accent-solid"
            />
            <span className="grid gap-1">
              <span id={`type-${type}`} className="font-medium">
                {applicationTypeWords[type].title}
              </span>
              <span id={`type-${type}-text`} className="text-muted text-sm">
                {applicationTypeWords[type].text}
              </span>
            </span>
          </label>
        ))}
      </div>
      {error && <p className="mt-2 text-bad text-sm">{error}</p>}
    </fieldset>
  )
}

function Created({ trail, application }: { trail: Crumb[]; application: CreatedApplication }) {
  const { id, name, clientId, clientSecret, snippets } = application
  return (
    <CreatedFrame
      trail={trail}
      title={name}
      lead="The application is there. Give it these values."
      open={{ href: applicationPath(id), label: 'Open the application' }}
    >
      <Notice
        tone={clientSecret ? 'warn' : 'good'}
        live
        title={clientSecret ? 'The secret is shown this once' : 'It has no secret to keep'}
      >
        {clientSecret
          ? 'Copy it now. We keep only its hash; if it is lost, make a new one on the page of the application.'
          : 'Its client ID is no secret. PKCE protects each sign-in.'}
      </Notice>
      <Section title="Credentials">
        <div className="grid max-w-2xl gap-5">
          <CopyField label="Client ID" value={clientId} />
          {clientSecret && <CopyField label="Client secret" value={clientSecret} />}
        </div>
      </Section>
      <Section
        title="Code to copy"
        lead={
          clientSecret
            ? 'With the values of this application, its secret included.'
            : 'With the values of this application.'
        }
      >
        <SnippetTabs snippets={snippets} />
      </Section>
    </CreatedFrame>
  )
}
