'use client'

import { useState, useTransition } from 'react'
import { causeInWords, fieldInWords, foundBy } from '../portal/people-words.ts'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { SelectField, TextArea } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'
import type { ActionResult } from './action-result.ts'
import type { PeopleRules } from './people-rules-schema.ts'

export type DryRunSource = 'directory' | 'traces' | 'assertions'

/** What is asked of a dry run beside the rules. */
export type DryRunQuestion = {
  source: DryRunSource
  assertions: string
  only: string
  cursor: string | null
}

export type DryRunPerson = {
  person: {
    email: string | null
    username: string | null
    subject: string | null
    userId?: string
    traceId?: string
    position?: number
  }
  outcome: string
  cause: string | null
  by: string | null
  userId: string | null
  userEmail: string | null
  changes: { field: string; from?: unknown; to: unknown }[]
  takeoverRisk: boolean
  differsFromToday: boolean
}

export type DryRunAnswer = {
  counts: Record<string, number> | null
  data: DryRunPerson[]
  nextCursor: string | null
  truncated: boolean
}

export type RunDry = (rules: PeopleRules, question: DryRunQuestion) => Promise<ActionResult<DryRunAnswer>>

const sources: Record<DryRunSource, string> = {
  directory: 'Every user of the tenant, as if they came with their own fields',
  traces: 'Everybody who signed in or was refused in the last 30 days',
  assertions: 'A list I paste',
}

/** What each count says, and in which order they are worth reading. */
const figures: { key: string; label: string; tone: Tone }[] = [
  { key: 'matched', label: 'Match a user', tone: 'good' },
  { key: 'created', label: 'Become users', tone: 'good' },
  { key: 'requested', label: 'Wait for approval', tone: 'neutral' },
  { key: 'none', label: 'Match nobody', tone: 'warn' },
  { key: 'ambiguous', label: 'Could be several', tone: 'bad' },
  { key: 'refused', label: 'Are refused', tone: 'warn' },
  { key: 'takeoverRisk', label: 'Takeover risk', tone: 'bad' },
  { key: 'changed', label: 'Have fields updated', tone: 'neutral' },
  { key: 'differsFromToday', label: 'Other than today', tone: 'accent' },
]

/** The rules as they stand in the form, run over people, before they are saved. */
export function DryRunPanel({
  rules,
  run,
  check,
}: {
  rules: PeopleRules
  run: RunDry
  /** Whether the form is in order; shows what is not. */
  check: () => Promise<boolean>
}) {
  const [question, setQuestion] = useState<DryRunQuestion>({
    ...{ source: 'directory', assertions: '', only: '', cursor: null },
  })
  const [answer, setAnswer] = useState<DryRunAnswer | null>(null)
  const [ranFor, setRanFor] = useState('')
  const [refusal, setRefusal] = useState<string | null>(null)
  const [pending, startTransition] = useTransition()

  function ask(change: Partial<DryRunQuestion>) {
    const asked = { ...question, cursor: null, ...change }
    setQuestion(asked)
    setRefusal(null)
    startTransition(async () => {
      if (!(await check())) return
      const result = await run(rules, asked)
      if (!result.ok) return setRefusal(result.message)
      setRanFor(JSON.stringify(rules))
      const counts = result.value.counts ?? answer?.counts ?? null
      const data = asked.cursor === null ? result.value.data : [...(answer?.data ?? []), ...result.value.data]
      setAnswer({ ...result.value, counts, data })
    })
  }

  return (
    <Section
      title="What it would do"
      lead="Try the rules as they stand above on people, before you save them. The same decision is made as at a sign-in, and nothing is written."
    >
      <div className="grid gap-5">
        <div className="grid max-w-2xl gap-4">
          <SelectField
            label="On whom"
            value={question.source}
            disabled={pending}
            onChange={({ currentTarget }) => {
              setAnswer(null)
              setQuestion({ ...question, source: currentTarget.value as DryRunSource, cursor: null })
            }}
          >
            {Object.entries(sources).map(([source, label]) => (
              <option key={source} value={source}>
                {label}
              </option>
            ))}
          </SelectField>
          {question.source === 'assertions' && (
            <TextArea
              label="What the identity provider would send"
              mono
              rows={5}
              spellCheck={false}
              placeholder={'NameID,username,email\n8812,ada,ada@acme.example'}
              hint="CSV whose first line names the claims, or a JSON list of objects."
              value={question.assertions}
              onChange={({ currentTarget }) => setQuestion({ ...question, assertions: currentTarget.value })}
            />
          )}
          <div>
            <Button pending={pending} onClick={() => ask({ only: '' })}>
              Run it
            </Button>
          </div>
        </div>
        {refusal && (
          <Notice tone="bad" live title="This could not be run">
            {refusal}
          </Notice>
        )}
        {answer && (
          <Result
            answer={answer}
            isStale={ranFor !== JSON.stringify(rules)}
            only={question.only}
            pending={pending}
            choose={(only) => ask({ only })}
            more={() => ask({ cursor: answer.nextCursor })}
          />
        )}
      </div>
    </Section>
  )
}

function Result({
  answer,
  isStale,
  only,
  pending,
  choose,
  more,
}: {
  answer: DryRunAnswer
  isStale: boolean
  only: string
  pending: boolean
  choose: (only: string) => void
  more: () => void
}) {
  const { counts, data, nextCursor, truncated } = answer
  const people = counts?.people ?? 0
  return (
    <div className="grid gap-4" aria-busy={pending || undefined}>
      <p role="status" className="text-muted">
        {people === 0 ? 'There is nobody to try it on.' : `${people.toLocaleString('en')} people were tried.`}
        {truncated && ' There are more; it stopped there.'}
        {isStale && ' The rules have been changed since; run it again.'}
      </p>
      {people > 0 && counts && (
        <fieldset className="flex flex-wrap gap-2">
          <legend className="sr-only">Which people to show</legend>
          <Figure label="All" count={people} pressed={only === ''} press={() => choose('')} tone="neutral" />
          {figures
            .filter(({ key }) => (counts[key] ?? 0) > 0)
            .map(({ key, label, tone }) => (
              <Figure
                key={key}
                label={label}
                tone={tone}
                count={counts[key]!}
                pressed={only === key}
                press={() => choose(key)}
              />
            ))}
        </fieldset>
      )}
      {data.length > 0 && (
        <div className="overflow-clip rounded-lg border border-line">
          <DataTable
            caption="What would become of people"
            columns={columns}
            rows={data}
            rowKey={({ person }) => String(person.userId ?? person.traceId ?? person.position)}
          />
        </div>
      )}
      {nextCursor && (
        <div>
          <Button size="sm" pending={pending} onClick={more}>
            Show more people
          </Button>
        </div>
      )}
    </div>
  )
}

function Figure({
  label,
  count,
  tone,
  pressed,
  press,
}: {
  label: string
  count: number
  tone: Tone
  pressed: boolean
  press: () => void
}) {
  return (
    <Button variant={pressed ? 'primary' : 'secondary'} size="sm" aria-pressed={pressed} onClick={press}>
      {label}
      <Badge tone={pressed ? 'neutral' : tone}>{count.toLocaleString('en')}</Badge>
    </Button>
  )
}

const outcomeNames: Record<string, { label: string; tone: Tone }> = {
  matched: { label: 'Gets in', tone: 'good' },
  created: { label: 'Becomes a user', tone: 'good' },
  requested: { label: 'Waits', tone: 'neutral' },
  none: { label: 'Unknown', tone: 'warn' },
  ambiguous: { label: 'Ambiguous', tone: 'bad' },
  refused: { label: 'Refused', tone: 'warn' },
}

const columns: Column<DryRunPerson>[] = [
  {
    label: 'Person',
    bare: true,
    cell: ({ person }) => (
      <span className="break-all font-medium">
        {person.email ?? person.username ?? person.subject ?? 'Nobody'}
        {person.username && person.email && (
          <span className="block font-normal text-muted text-sm">{person.username}</span>
        )}
      </span>
    ),
  },
  {
    label: 'What happens',
    cell: (row) => (
      <span className="grid justify-items-start gap-1">
        <Badge tone={outcomeNames[row.outcome]?.tone ?? 'neutral'}>
          {outcomeNames[row.outcome]?.label ?? row.outcome}
        </Badge>
        {row.takeoverRisk && <Badge tone="bad">Takeover risk</Badge>}
        {row.cause && <span className="text-muted text-sm">{causeInWords(row.cause)}</span>}
      </span>
    ),
  },
  {
    label: 'As whom',
    cell: ({ userEmail, by }) =>
      userEmail === null ? (
        '–'
      ) : (
        <span className="break-all">
          {userEmail}
          {by && <span className="block text-muted text-sm">by {foundBy(by).toLowerCase()}</span>}
        </span>
      ),
  },
  {
    label: 'What is updated',
    cell: ({ changes }) =>
      changes.length === 0 ? (
        '–'
      ) : (
        <ul className="grid gap-0.5 text-sm">
          {changes.map(({ field, from, to }) => (
            <li key={field} className="break-words">
              {fieldInWords(field)}: <s className="text-muted">{inWords(from)}</s> → {inWords(to)}
            </li>
          ))}
        </ul>
      ),
  },
  { label: 'Today', cell: ({ differsFromToday }) => (differsFromToday ? 'Otherwise' : 'The same') },
]

function inWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
