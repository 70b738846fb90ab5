'use client'

import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import type { Known } from './known-fields.tsx'
import { SettingsForm } from './settings-form.tsx'
import {
  TargetClaimFields,
  type TargetField,
  TargetPeopleFields,
  TargetPlaceFields,
} from './target-fields.tsx'
import { type TargetValues, targetSettingsForm } from './target-schemas.ts'
import { useActionForm } from './use-action-form.ts'

/** Everything that can be changed about a target. */
export function TargetSettings({
  settings,
  known,
  save,
}: {
  settings: TargetValues
  known: Known
  save: (values: TargetValues) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal, dirty } = useActionForm({
    schema: targetSettingsForm,
    defaults: settings,
    action: save,
    done: () => {
      form.reset(form.getValues())
      toast.good('Saved. It holds from the next request.')
    },
  })
  const register = field as TargetField
  return (
    <SettingsForm submit={submit} refusal={refusal} pending={pending} dirty={dirty}>
      <TargetPlaceFields field={register} />
      <TargetPeopleFields field={register} known={known} />
      <TargetClaimFields field={register} />
    </SettingsForm>
  )
}
