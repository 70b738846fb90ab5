'use client'

import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { useTransition } from 'react'
import type { UseFormRegisterReturn, UseFormReturn } from 'react-hook-form'
import { type MatchingField, matchingFields, syncFields } from '#lib/matching/user-policies.ts'
import { fieldNames, matchingHints, modes } from '../portal/people-words.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { SelectField, SwitchField, TextArea, TextField } from '../ui/field.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Section } from '../ui/section.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { DryRunPanel, type RunDry } from './dry-run-panel.tsx'
import { PageForm } from './page-form.tsx'
import { moved, type PeopleRules, peopleRulesForm } from './people-rules-schema.ts'
import { useActionForm } from './use-action-form.ts'

/** How the people of a connection become users: the rules, and what they would do before they are saved. */
export function PeopleRulesEditor({
  rules,
  usualClaims,
  save,
  dryRun,
  tryInShadow,
}: {
  rules: PeopleRules
  /** What is taken where no claim is named. */
  usualClaims: Record<keyof PeopleRules['claims'], string>
  save: (rules: PeopleRules) => Promise<ActionResult>
  dryRun: RunDry
  tryInShadow: (rules: PeopleRules) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal, dirty } = useActionForm({
    schema: peopleRulesForm,
    defaults: rules,
    action: save,
    done: () => {
      form.reset(form.getValues())
      toast.good('Saved. It holds from the next sign-in.')
    },
  })
  const values = form.watch() as PeopleRules
  const inDirectory = values.provisioning !== 'passthrough'
  const shadowed = rules.provisioning !== 'passthrough'
  return (
    <PageForm
      submit={submit}
      refusal={refusal}
      buttons={
        <>
          <Button type="submit" variant="primary" size="lg" pending={pending} disabled={!dirty}>
            Save
          </Button>
          {inDirectory && shadowed && (
            <TryInShadow
              check={() => form.trigger()}
              run={() => tryInShadow(form.getValues() as PeopleRules)}
            />
          )}
        </>
      }
    >
      <Section title="Who gets in" lead="What happens to somebody the identity provider vouches for.">
        <Modes form={form} chosen={values.provisioning} />
      </Section>
      {inDirectory && (
        <>
          <Matching form={form} />
          <Sync form={form} />
          <Claims field={field} open={hasMore(rules)} usual={usualClaims} />
          <DryRunPanel rules={values} run={dryRun} check={() => form.trigger()} />
        </>
      )}
    </PageForm>
  )
}

type Form = UseFormReturn<PeopleRules, unknown, PeopleRules>

function Modes({ form, chosen }: { form: Form; chosen: PeopleRules['provisioning'] }) {
  return (
    <fieldset className="grid gap-2 sm:grid-cols-2">
      <legend className="sr-only">Who gets in</legend>
      {Object.entries(modes).map(([mode, { title, text }]) => (
        <label
          key={mode}
          className={cx(
            'flex items-start gap-3 rounded-lg border px-4 py-3 has-focus-visible:outline-2 has-focus-visible:outline-accent',
            mode === chosen ? 'border-accent bg-accent-tint' : 'border-line hover:border-line-strong',
          )}
        >
          <input
            type="radio"
            value={mode}
            className="mt-1 accent-(--accent-solid)"
            {...form.register('provisioning')}
          />
          <span className="grid gap-0.5">
            <span className="font-medium">{title}</span>
            <span className="text-muted text-sm">{text}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

function Matching({ form }: { form: Form }) {
  const chosen = form.watch('matchingFields')
  const error = form.formState.errors.matchingFields?.message
  const set = (next: MatchingField[]) =>
    form.setValue('matchingFields', next, { shouldDirty: true, shouldValidate: true })
  const missing = matchingFields.filter((field) => !chosen.includes(field))
  return (
    <Section
      title="How a person is recognised"
      lead="Somebody who has signed in through this connection before is known for good. Anybody else is looked for by these fields, in this order: the first that fits exactly one user decides."
    >
      <div className="grid max-w-2xl gap-4">
        <ol className="grid gap-2" aria-label="Fields people are recognised by">
          {chosen.map((field, index) => (
            <li key={field} className="flex items-start gap-3 rounded-lg border border-line px-3 py-2">
              <span className="mt-1 w-5 text-center text-muted tabular-nums">{index + 1}</span>
              <div className="grid min-w-0 flex-1 gap-0.5 py-1">
                <span className="font-medium">{fieldNames[field]}</span>
                <span className="text-muted text-sm">{matchingHints[field]}</span>
              </div>
              <span className="flex">
                <IconButton
                  label={`${fieldNames[field]}: earlier`}
                  disabled={index === 0}
                  onClick={() => set(moved(chosen, index, -1))}
                >
                  <ArrowUp aria-hidden="true" />
                </IconButton>
                <IconButton
                  label={`${fieldNames[field]}: later`}
                  disabled={index === chosen.length - 1}
                  onClick={() => set(moved(chosen, index, 1))}
                >
                  <ArrowDown aria-hidden="true" />
                </IconButton>
                <IconButton
                  label={`Remove ${fieldNames[field]}`}
                  disabled={chosen.length === 1}
                  onClick={() => set(chosen.filter((one) => one !== field))}
                >
                  <X aria-hidden="true" />
                </IconButton>
              </span>
            </li>
          ))}
        </ol>
        {error && <p className="text-bad text-sm">{error}</p>}
        {missing.length > 0 && (
          <div className="flex flex-wrap gap-2">
            {missing.map((field) => (
              <Button
                key={field}
                size="sm"
                icon={<Plus aria-hidden="true" />}
                onClick={() => set([...chosen, field])}
              >
                {fieldNames[field]}
              </Button>
            ))}
          </div>
        )}
        <SwitchField
          label="Trust the e-mail addresses of this connection"
          hint="Without this, an address counts only in a domain the tenant has proven. With it, whoever runs the identity provider can claim the address of any user of the tenant and sign in as them."
          {...form.register('trustEmail')}
        />
      </div>
    </Section>
  )
}

function Sync({ form }: { form: Form }) {
  const error = form.formState.errors.sync
  const message = error && 'message' in error ? String(error.message) : undefined
  return (
    <Section
      title="What a sign-in updates"
      lead="A claim that does not come never changes anything, and a value that belongs to another user is not written but noted in the trace."
    >
      <div className="grid max-w-2xl gap-4 sm:grid-cols-2">
        {syncFields.map((field) => (
          <SelectField key={field} label={fieldNames[field]} {...form.register(`sync.${field}`)}>
            <option value="never">Never</option>
            <option value="empty">When the user has none</option>
            <option value="different">When it is different, or there is none</option>
          </SelectField>
        ))}
      </div>
      {message && (
        <p className="mt-3 text-bad text-sm" role="alert">
          {message}
        </p>
      )}
    </Section>
  )
}

type ClaimName = 'namespacesClaim' | 'namespaceLines' | 'tagsClaim' | 'tagLines' | 'attributeLines'
type Field = (
  name: `claims.${keyof PeopleRules['claims']}` | ClaimName,
) => UseFormRegisterReturn & { error: string | undefined }

const claims = [
  ['username', fieldNames.Username],
  ['email', fieldNames.Email],
  ['firstName', fieldNames.FirstName],
  ['lastName', fieldNames.LastName],
  ['ssoUsername', fieldNames.SsoUsername],
] as const

function Claims({
  field,
  open,
  usual,
}: {
  field: Field
  open: boolean
  usual: Record<keyof PeopleRules['claims'], string>
}) {
  return (
    <Section
      title="In which claims it comes"
      lead="Leave a name empty to take the usual ones. A name is exact, capitals included."
    >
      <div className="grid max-w-2xl gap-5">
        <div className="grid gap-4 sm:grid-cols-2">
          {claims.map(([name, label]) => (
            <TextField
              key={name}
              label={label}
              optional
              mono
              autoComplete="off"
              spellCheck={false}
              placeholder={usual[name]}
              {...field(`claims.${name}`)}
            />
          ))}
        </div>
        <Disclosure summary="Namespaces, tags and attributes" open={open}>
          <div className="grid gap-4">
            <TextField
              label="Claim for namespaces"
              optional
              mono
              placeholder="groups"
              hint="Its values are names of namespaces the person is put in. Namespaces that do not exist are not made."
              {...field('namespacesClaim')}
            />
            <TextArea
              label="Table of its values"
              optional
              mono
              placeholder={'it-department = it\nsales-emea = sales'}
              hint="Value = namespace, one a line. With a table, people also leave the namespaces whose value does not come any more."
              {...field('namespaceLines')}
            />
            <TextField
              label="Claim for tags"
              optional
              mono
              hint="With values such as department=sales."
              {...field('tagsClaim')}
            />
            <TextArea
              label="Or a claim for each tag"
              optional
              mono
              placeholder="department = dept"
              hint="Category = claim, one a line."
              {...field('tagLines')}
            />
            <TextArea
              label="Attributes"
              optional
              mono
              placeholder="phone_number = telephoneNumber"
              hint="Attribute of the user = claim, one a line."
              {...field('attributeLines')}
            />
          </div>
        </Disclosure>
      </div>
    </Section>
  )
}

function hasMore(values: PeopleRules): boolean {
  const { namespacesClaim, tagsClaim, tagLines, attributeLines } = values
  return [namespacesClaim, tagsClaim, tagLines, attributeLines].some((text) => text !== '')
}

/** Saves nothing: the fields and updates are tried on live sign-ins without deciding any. */
function TryInShadow({ check, run }: { check: () => Promise<boolean>; run: () => Promise<ActionResult> }) {
  const [pending, startTransition] = useTransition()
  function start() {
    startTransition(async () => {
      if (!(await check())) return
      const result = await run()
      if (result.ok) toast.good('Being tried on live sign-ins. Nothing has changed for anybody.')
      else toast.bad(result.message)
    })
  }
  return (
    <Button size="lg" pending={pending} onClick={start}>
      Try in shadow first
    </Button>
  )
}
