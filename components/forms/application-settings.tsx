'use client'

import type { ComponentProps } from 'react'
import { Disclosure } from '../ui/disclosure.tsx'
import { SelectField, SwitchField, TextArea, TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { type ApplicationValues, applicationSettingsForm } from './application-schemas.ts'
import { ApplicationUrlField } from './application-url-fields.tsx'
import { ProductField } from './known-fields.tsx'
import { productHint } from './new-application.tsx'
import { SettingsForm } from './settings-form.tsx'
import { useActionForm } from './use-action-form.ts'

type Field = (
  name: keyof ApplicationValues,
) => ComponentProps<'input'> &
  ComponentProps<'textarea'> &
  ComponentProps<'select'> & { error: string | undefined }

/** Everything that can be changed about an application. */
export function ApplicationSettings({
  settings,
  products,
  save,
}: {
  settings: ApplicationValues
  products: string[]
  save: (values: ApplicationValues) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal, dirty } = useActionForm({
    schema: applicationSettingsForm,
    defaults: settings,
    action: save,
    done: () => {
      form.reset(form.getValues())
      toast.good('Saved. It holds from the next request.')
    },
  })
  const { type } = settings
  const register = field as Field

  return (
    <SettingsForm submit={submit} refusal={refusal} pending={pending} dirty={dirty}>
      <TextField label="Name" autoComplete="off" {...register('name')} />
      <ProductField products={products} hint={productHint} {...register('product')} />
      <ApplicationUrlField applicationType={type} label="Redirect URLs" {...register('redirectUrls')} />
      <ApplicationUrlField
        applicationType={type}
        label="Redirect URLs after signing out"
        after="sign-out"
        optional
        {...register('postLogoutRedirectUrls')}
      />
      <SignOutFields field={register} />
      {type === 'confidential' && (
        <ProofFields field={register} method={form.watch('tokenEndpointAuthMethod')} />
      )}
      <Disclosure summary="Unusual settings">
        <UnusualSettings field={register} confidential={type === 'confidential'} />
      </Disclosure>
    </SettingsForm>
  )
}

function SignOutFields({ field }: { field: Field }) {
  return (
    <>
      <TextField
        label="Back-channel sign-out URL"
        optional
        mono
        type="url"
        placeholder="https://crm.example.com/backchannel-logout"
        hint="We tell this address when somebody’s session has ended, so that the application can end its own."
        {...field('backchannelLogoutUrl')}
      />
      <SwitchField
        label="Name the session when telling so"
        hint="For applications that know people by session (sid), not only by subject."
        {...field('backchannelLogoutSessionRequired')}
      />
    </>
  )
}

/** How the application proves who it is; keys are asked for where they are used. */
function ProofFields({ field, method }: { field: Field; method: string }) {
  return (
    <>
      <SelectField
        label="How it proves who it is"
        hint="Most libraries send the secret in the header unless told otherwise."
        {...field('tokenEndpointAuthMethod')}
      >
        <option value="client_secret_basic">Secret in the header (client_secret_basic)</option>
        <option value="client_secret_post">Secret in the body (client_secret_post)</option>
        <option value="private_key_jwt">Signed with its own key (private_key_jwt)</option>
      </SelectField>
      {method === 'private_key_jwt' && (
        <>
          <TextField
            label="Address of its public keys"
            optional
            mono
            type="url"
            placeholder="https://crm.example.com/jwks.json"
            hint="A JWK set that the application publishes. Or paste the keys below."
            {...field('jwksUrl')}
          />
          <TextArea
            label="Public keys"
            optional
            mono
            rows={6}
            spellCheck={false}
            placeholder='{"keys": [{"kty": "EC", "crv": "P-256", "x": "…", "y": "…"}]}'
            hint="A JWK set. Public keys alone: a private key is refused."
            {...field('jwks')}
          />
        </>
      )}
    </>
  )
}

function UnusualSettings({ field, confidential }: { field: Field; confidential: boolean }) {
  return (
    <div className="grid gap-5">
      {confidential && (
        <SwitchField
          label="Require PKCE"
          hint="Leave it on unless a library of the application cannot do it."
          {...field('requirePkce')}
        />
      )}
      <SwitchField
        label="Require pushed requests (PAR)"
        hint="The application sends its request ahead, over a channel nobody can alter."
        {...field('requirePar')}
      />
      <SwitchField
        label="Bind tokens to a key (DPoP)"
        hint="A stolen token is worth nothing without the key of the one it was given to."
        {...field('requireDpop')}
      />
      <SelectField
        label="Access tokens"
        hint="Opaque ones can be ended at once. A JWT can be read by your own APIs, and holds until it runs out."
        {...field('accessTokenFormat')}
      >
        <option value="opaque">Opaque</option>
        <option value="jwt">JWT (RFC 9068)</option>
      </SelectField>
      <TextField
        label="Where a sign-in may be started"
        optional
        mono
        type="url"
        placeholder="https://crm.example.com/start"
        hint="People who start at their identity provider are sent here, and the application begins the sign-in itself."
        {...field('initiateLoginUrl')}
      />
    </div>
  )
}
