import type { ComponentProps } from 'react'
import { Disclosure } from '../ui/disclosure.tsx'
import { TextArea, TextField } from '../ui/field.tsx'

type Name = 'oidcDiscoveryUrl' | 'oidcMetadata'
type Registered = { name: string; error: string | undefined } & Pick<
  ComponentProps<'input'> & ComponentProps<'textarea'>,
  'onChange' | 'onBlur' | 'ref'
>

/** Where an OpenID provider describes itself, or its description where it has no such address. */
export function ProviderFields({
  field,
  example,
  metadataOpen,
}: {
  field: (name: Name) => Registered
  example: string
  metadataOpen?: boolean
}) {
  return (
    <>
      <TextField
        label="Discovery URL"
        mono
        type="url"
        autoComplete="off"
        spellCheck={false}
        placeholder={example}
        hint="Also called well-known URL or OpenID configuration. It is read now, and again at sign-ins, so that new keys of the provider are known by themselves."
        {...field('oidcDiscoveryUrl')}
      />
      <Disclosure summary="It has no discovery URL" open={metadataOpen}>
        <TextArea
          label="Metadata of the provider (JSON)"
          optional
          mono
          rows={6}
          spellCheck={false}
          placeholder={
            '{"issuer": "https://…", "authorization_endpoint": "https://…", "token_endpoint": "https://…", "jwks_uri": "https://…"}'
          }
          hint="Used only where the discovery URL is empty."
          {...field('oidcMetadata')}
        />
      </Disclosure>
    </>
  )
}
