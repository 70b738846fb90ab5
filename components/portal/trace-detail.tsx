import Link from 'next/link'
import { browserName } from '#lib/base/browser-name.ts'
import { Badge } from '../ui/badge.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Facts, Id } from '../ui/facts.tsx'
import { Section } from '../ui/section.tsx'
import { Time } from '../ui/time.tsx'
import { CheckList } from './check-list.tsx'
import { indentXml } from './indent-xml.ts'
import { splitSentence } from './split-sentence.ts'
import { TraceOutcome } from './trace-outcome.tsx'
import type { TraceView } from './trace-views.ts'

/** The sentence of a trace, large: what happened and, when it went wrong, what to change and where. */
export function TraceHeadline({ trace, as: Heading = 'h1' }: { trace: TraceView; as?: 'h1' | 'h2' }) {
  const { what, remedy } = splitSentence(trace.sentence)
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <TraceOutcome outcome={trace.outcome} />
        {trace.purpose === 'test' && <Badge>Test by an admin</Badge>}
        {trace.purpose === 'sign-out' && <Badge>Sign-out</Badge>}
        {trace.purpose === 'jwt-sso' && <Badge>JWT SSO</Badge>}
        {trace.purpose === 'portal' && <Badge>A member at the portal</Badge>}
        <span className="text-muted">
          <Time at={trace.at} precision="second" />
        </span>
      </div>
      <Heading className="max-w-3xl text-pretty wrap-anywhere font-semibold text-xl tracking-tight sm:text-2xl">
        {what}
      </Heading>
      {remedy && <p className="max-w-3xl text-pretty wrap-anywhere text-lg text-muted">{remedy}</p>}
    </div>
  )
}

/** Where the things a trace names are, while they exist. */
export type TraceLinks = { connection: string | null; tenant: string | null }

/** Everything else about one sign-in attempt. */
export function TraceDetail({ trace, links }: { trace: TraceView; links: TraceLinks }) {
  const passed = trace.checks.filter((check) => check.ok).length
  return (
    <div className="grid gap-6">
      <Section
        flush
        title="Checks"
        lead={
          passed === trace.checks.length
            ? `All ${passed} checks passed, in this order.`
            : `${passed} ${passed === 1 ? 'check' : 'checks'} passed, then one failed; nothing after it was looked at.`
        }
      >
        {trace.checks.length > 0 ? (
          <CheckList checks={trace.checks} />
        ) : (
          <p className="px-4 py-4 text-muted sm:px-6">The attempt ended before anything could be checked.</p>
        )}
      </Section>
      <Section title="Facts">
        <Facts facts={facts(trace, links)} />
      </Section>
      {trace.received !== null && (
        <Section
          title="What the identity provider sent"
          lead="Kept because it was refused. It can hold personal data: share it only with those who need it."
        >
          <Disclosure summary="Show the message">
            <CodeBlock text={readable(trace.received)} what="the received message" />
          </Disclosure>
        </Section>
      )}
    </div>
  )
}

/** XML is indented for reading; claims come as they are read. */
function readable(received: string): string {
  return received.trimStart().startsWith('<') ? indentXml(received) : received
}

function Browser({ userAgent }: { userAgent: string }) {
  return (
    <span className="grid">
      {browserName(userAgent)}
      <span className="text-muted text-sm">{userAgent}</span>
    </span>
  )
}

function linked(text: string, href: string | null) {
  if (text === '' || text === '-') return <span className="text-muted">Not known</span>
  if (href === null) return text
  return (
    <Link href={href} className="text-accent underline-offset-2 hover:underline">
      {text}
    </Link>
  )
}

function facts(trace: TraceView, links: TraceLinks) {
  const absent = <span className="text-muted">Not known</span>
  return [
    { label: 'Person', value: trace.email ?? trace.subject ?? absent },
    ...(trace.email && trace.subject && trace.subject !== trace.email
      ? [{ label: 'Subject', value: <Id>{trace.subject}</Id> }]
      : []),
    { label: 'Connection', value: linked(trace.connectionName, links.connection) },
    { label: 'Tenant', value: linked(trace.tenant, links.tenant) },
    { label: 'Product', value: linked(trace.product, null) },
    ...(trace.cause ? [{ label: 'Cause code', value: <Id>{trace.cause}</Id> }] : []),
    { label: 'From address', value: <Id>{trace.address}</Id> },
    { label: 'Browser', value: trace.userAgent ? <Browser userAgent={trace.userAgent} /> : absent },
    {
      label: 'Trace',
      value: (
        <span className="inline-flex flex-wrap items-center gap-1">
          <Id>{trace.id}</Id>
          <CopyButton value={trace.id} what="the trace id" />
        </span>
      ),
    },
    ...(trace.requestId ? [{ label: 'Request', value: <Id>{trace.requestId}</Id> }] : []),
  ]
}
