'use client'

import type { ComponentProps } from 'react'
import { Disclosure } from '../ui/disclosure.tsx'
import { SwitchField, TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { connectionSettingsForm } from './connection-schemas.ts'
import { RedirectUrlFields } from './redirect-url-fields.tsx'
import { SettingsForm } from './settings-form.tsx'
import { useActionForm } from './use-action-form.ts'

export type ConnectionSettingsValues = {
  name: string
  description: string
  defaultRedirectUrl: string
  furtherRedirectUrls: string
  forceAuthn: boolean
  allowUnsolicited: boolean
  allowLegacyEncryption: boolean
  identifierFormat: string
  samlAudienceOverride: string
  acsUrlOverride: string
}

type Field = (name: keyof ConnectionSettingsValues) => ComponentProps<'input'> & { error: string | undefined }

/** What can be changed about a connection without its identity provider. */
export function ConnectionSettings({
  kind,
  settings,
  save,
}: {
  kind: 'saml' | 'oidc' | 'jwt'
  settings: ConnectionSettingsValues
  save: (values: ConnectionSettingsValues) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal, dirty } = useActionForm({
    schema: connectionSettingsForm,
    defaults: settings,
    action: save,
    done: () => {
      form.reset(form.getValues())
      toast.good('Saved. It holds from the next sign-in.')
    },
  })

  return (
    <SettingsForm submit={submit} refusal={refusal} pending={pending} dirty={dirty}>
      <TextField label="Name" optional autoComplete="off" {...field('name')} />
      <TextField label="Description" optional autoComplete="off" {...field('description')} />
      <RedirectUrlFields field={field} />
      {kind !== 'jwt' && (
        <SwitchField
          label="Ask for the password every time"
          hint={`The identity provider is told not to rely on an earlier sign-in (${kind === 'saml' ? 'ForceAuthn' : 'prompt=login'}).`}
          {...field('forceAuthn')}
        />
      )}
      <SwitchField
        label={`Allow sign-ins that start at ${kind === 'jwt' ? 'the customer’s page' : 'the identity provider'}`}
        hint="From its app dashboard, for example. Such answers cannot be tied to a browser that asked for them, so leave this off unless people need it."
        {...field('allowUnsolicited')}
      />
      {kind === 'saml' && (
        <>
          <SwitchField
            label="Accept older encryption (AES-CBC)"
            hint="Only for identity providers that cannot do AES-GCM."
            {...field('allowLegacyEncryption')}
          />
          <Disclosure summary="Unusual settings">
            <UnusualSettings field={field} />
          </Disclosure>
        </>
      )}
    </SettingsForm>
  )
}

function UnusualSettings({ field }: { field: Field }) {
  return (
    <div className="grid gap-5">
      <TextField
        label="NameID format"
        optional
        mono
        placeholder="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
        hint="Asked for in the request. Empty: whatever the identity provider prefers."
        {...field('identifierFormat')}
      />
      <TextField
        label="Our entity ID towards this identity provider"
        optional
        mono
        hint="For an application that was set up there under another name, when moving from another system."
        {...field('samlAudienceOverride')}
      />
      <TextField
        label="ACS URL in the request"
        optional
        mono
        type="url"
        hint="Only when the identity provider must answer to another address that leads here."
        {...field('acsUrlOverride')}
      />
    </div>
  )
}
