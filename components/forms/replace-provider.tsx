'use client'

import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { providerForm } from './connection-schemas.ts'
import { FormFrame } from './form-frame.tsx'
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
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Change provider or secret</Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Change provider or secret"
        description="The client ID stays: for another one, create a new connection."
      >
        <ReplaceForm {...props} close={() => setOpen(false)} />
      </Dialog>
    </>
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
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <DialogButtons>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending}>
            Save
          </Button>
        </DialogButtons>
      }
    >
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
    </FormFrame>
  )
}
