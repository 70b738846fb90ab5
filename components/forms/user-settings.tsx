'use client'

import { SwitchField, TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { SettingsForm } from './settings-form.tsx'
import { useActionForm } from './use-action-form.ts'
import { BelongingsFields, NameFields, PersonFields, type UserField } from './user-fields.tsx'
import { type UserValues, userSettingsForm } from './user-schemas.ts'

/** Everything that can be changed about a user, but status and password. */
export function UserSettings({
  settings,
  save,
}: {
  settings: UserValues
  save: (values: UserValues) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal, dirty } = useActionForm({
    schema: userSettingsForm,
    defaults: settings,
    action: save,
    done: () => {
      form.reset(form.getValues())
      toast.good('Saved.')
    },
  })
  const register = field as UserField
  const email = field('email')
  const moved = form.watch('email').trim() !== settings.email

  return (
    <SettingsForm submit={submit} refusal={refusal} pending={pending} dirty={dirty}>
      <TextField
        label="E-mail address"
        type="email"
        autoComplete="off"
        {...email}
        onChange={(event) => {
          // What was confirmed is the address there was.
          const same = event.target.value.trim() === settings.email
          form.setValue('emailVerified', same && settings.emailVerified)
          return email.onChange(event)
        }}
      />
      <SwitchField
        label="The address is confirmed"
        hint={
          moved
            ? 'Turn it on if you know that the new address belongs to this person.'
            : 'Applications are told so, as email_verified.'
        }
        {...field('emailVerified')}
      />
      <PersonFields field={register} />
      <NameFields field={register} />
      <BelongingsFields field={register} open={settings.attributes !== ''} />
    </SettingsForm>
  )
}
