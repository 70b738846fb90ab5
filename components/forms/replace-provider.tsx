'use client'

import { DialogButton } from '../ui/dialog-button.tsx'
import { TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { providerForm } from './connection-schemas.ts'
import { DialogForm } from './dialog-form.tsx'
import { ProviderFields } from './provider-fields.tsx'
import { useActionForm } from './use-action-form.ts'

export type ProviderValues = { oidcDiscoveryUrl: string; oidcMetadata: string; oidcClientSecret: string }

type Props = {
  provider: Pick<ProviderValues, 'oidcDiscoveryUrl' | 'oidcMetadata'>
  example: string
  save: (values: ProviderValues) => Promise<ActionResult>
}

/** The button "Change provider" with its dialog: for a new client secret, or a provider that has moved. */
export function ReplaceProvider(props: Props) {
  return (
    <DialogButton
      label="Change provider or secret"
      title="Change provider or secret"
      description="The client ID stays: for another one, create a new connection."
    >
      {(close) => <ReplaceForm {...props} close={close} />}
    </DialogButton>
  )
}

function ReplaceForm({ provider, example, save, close }: Props & { close: () => void }) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: providerForm,
    defaults: { ...provider, oidcClientSecret: '' },
    action: save,
    done: () => {
      close()
      toast.good('It holds from the next sign-in.')
    },
  })
  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={close} label="Save">
      <ProviderFields field={field} example={example} metadataOpen={provider.oidcMetadata !== ''} />
      <TextField
        label="New client secret"
        optional
        mono
        type="password"
        autoComplete="off"
        hint="Empty: the one we have stays."
        {...field('oidcClientSecret')}
      />
    </DialogForm>
  )
}
