'use client'

import { type ReactNode, useState, useTransition } from 'react'
import type { UserPolicies } from '#lib/matching/user-policies.ts'
import { CertificateList } from '../portal/certificate-list.tsx'
import type { CertificateView } from '../portal/connection-views.ts'
import { policyFacts } from '../portal/people-words.ts'
import { Button } from '../ui/button.tsx'
import { Facts, Id } from '../ui/facts.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'
import type { ActionResult } from './action-result.ts'
import { BelongingFields } from './belonging-fields.tsx'
import { importConnectionForm } from './connection-schemas.ts'
import { PageForm } from './page-form.tsx'
import { RedirectUrlSection } from './redirect-url-fields.tsx'
import { useActionForm } from './use-action-form.ts'

export type ImportValues = {
  tenant: string
  product: string
  name: string
  config: string
  idpEntityId: string
  defaultRedirectUrl: string
  furtherRedirectUrls: string
}

/** What the import would make. */
export type ImportPreviewView = {
  clientID: string | null
  idpEntityId: string | null
  provider: string | null
  loginUrl: string
  samlAudienceOverride: string | null
  deactivated: boolean
  userPolicies: UserPolicies
  certificates: CertificateView[]
  warnings: string[]
  now: string
}

/** Settings written for another product become a connection: pasted, looked at, then made. */
export function ImportConnectionForm({
  tenant,
  tenants,
  products,
  values,
  preview,
  create,
}: {
  tenant: string
  tenants: { slug: string; name: string }[]
  products: string[]
  /** What the identity provider must know of us. */
  values: ReactNode
  preview: (values: ImportValues) => Promise<ActionResult<ImportPreviewView>>
  create: (values: ImportValues) => Promise<ActionResult>
}) {
  const [seen, setSeen] = useState<{ view: ImportPreviewView; of: string } | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [looking, startLooking] = useTransition()
  const { form, field, submit, pending, refusal } = useActionForm({
    schema: importConnectionForm,
    defaults: { ...blank, tenant, product: products.length === 1 ? products[0] : '' },
    action: create,
  })
  const now = JSON.stringify(form.watch())

  async function look() {
    if (!(await form.trigger())) return
    setFailure(null)
    startLooking(async () => {
      const result = await preview(form.getValues() as ImportValues)
      if (result.ok) return setSeen({ view: result.value, of: now })
      setSeen(null)
      const known = result.fields.filter(({ path }) => path in form.getValues())
      for (const { path, message } of known)
        form.setError(path as keyof ImportValues, { message }, { shouldFocus: true })
      setFailure(known.length === 0 ? result.message : null)
    })
  }

  const isCurrent = seen?.of === now
  return (
    <PageForm
      submit={submit}
      refusal={refusal ?? failure}
      buttons={
        isCurrent ? (
          <Button type="submit" variant="primary" size="lg" pending={pending}>
            {seen?.view.clientID ? 'Update connection' : 'Create connection'}
          </Button>
        ) : (
          <Button variant="primary" size="lg" pending={looking} onClick={() => void look()}>
            Show what comes of it
          </Button>
        )
      }
    >
      <Section
        title="1. The settings"
        lead="The part of appsettings.json that begins with JumpCloud, or the whole file. Nothing but the settings of the provider is read or kept."
      >
        <div className="grid max-w-2xl gap-5">
          <TextArea
            label="Settings (JSON)"
            mono
            rows={12}
            spellCheck={false}
            placeholder={placeholder}
            hint="Comments, trailing commas and brackets of what stood around it do no harm."
            {...field('config')}
          />
          <TextField
            label="Entity ID of the identity provider"
            optional
            mono
            autoComplete="off"
            spellCheck={false}
            hint="It is not in the settings; the identity provider’s console shows it (IdP Entity ID). Left empty, the first sign-in that one of the certificates has signed settles it."
            {...field('idpEntityId')}
          />
        </div>
      </Section>
      <Section title="2. Who it is for">
        <BelongingFields field={field} tenants={tenants} products={products} />
      </Section>
      <RedirectUrlSection step={3} field={field} />
      {seen && isCurrent && (
        <Section title="4. What comes of it" lead="Compare it with the identity provider’s console.">
          <Preview view={seen.view} />
          <div className="mt-5 border-line border-t pt-5">
            <p className="mb-4 max-w-2xl text-muted">
              The identity provider still answers to the address of the old product. Have its administrator
              enter the new one:
            </p>
            {values}
          </div>
        </Section>
      )}
    </PageForm>
  )
}

function Preview({ view }: { view: ImportPreviewView }) {
  return (
    <div className="grid gap-5">
      {view.warnings.length > 0 && (
        <Notice tone="warn" title="Worth knowing">
          <ul className="grid gap-1">
            {view.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Notice>
      )}
      {view.clientID && (
        <Notice title="There is such a connection already">
          One with this sign-on address. It is brought up to date and keeps its client ID and secret.
        </Notice>
      )}
      <Facts
        facts={[
          { label: 'Identity provider', value: view.provider ?? new URL(view.loginUrl).host },
          { label: 'Sign-on URL', value: <Id>{view.loginUrl}</Id> },
          {
            label: 'Its entity ID',
            value: view.idpEntityId ? <Id>{view.idpEntityId}</Id> : 'Settled by the first sign-in',
          },
          {
            label: 'Ours',
            value: view.samlAudienceOverride ? <Id>{view.samlAudienceOverride}</Id> : 'As everywhere',
          },
          { label: 'State', value: view.deactivated ? 'Deactivated' : 'Active' },
          { label: 'Who gets in', value: 'Only people who are users already' },
          ...policyFacts(view.userPolicies),
        ]}
      />
      <div className="grid gap-3 border-line border-t pt-4">
        <h3 className="font-medium">Signing certificate</h3>
        <CertificateList certificates={view.certificates} now={new Date(view.now)} />
      </div>
    </div>
  )
}

const blank = {
  name: '',
  config: '',
  idpEntityId: '',
  defaultRedirectUrl: '',
  furtherRedirectUrls: '',
}

const placeholder = `"JumpCloud": {
  "Enabled": true,
  "SPEntityId": "…",
  "X509SigningCertificate": "MII…",
  "LoginUrl": "https://sso.jumpcloud.com/saml2/…",
  "UserPolicies": {
    "MatchingFields": [ "Username", "Email" ]
  }
}`
