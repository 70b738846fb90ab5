import { Badge } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Notice } from '../ui/notice.tsx'
import { Time } from '../ui/time.tsx'
import { DomainCheck } from './domain-check.tsx'

export type DomainSummary = {
  id: string
  domain: string
  status: 'pending' | 'verified' | 'vouched'
  txtRecord: { name: string; value: string }
  verifiedAt: string | null
  checkedAt: string | null
  missingSinceAt: string | null
  pendingFromAt: string | null
  vouchedBy: string | null
}

type Outcome = { ok: true } | { ok: false; message: string }

/** What the reader may do with a domain; absent for those who may only look. */
export type DomainActions = {
  check: (
    id: string,
  ) => Promise<{ ok: true; value: { verified: boolean; message: string } } | { ok: false; message: string }>
  remove: (id: string) => Promise<Outcome>
  vouch?: (values: { domain: string; vouched: true }) => Promise<Outcome>
}

/** The domains of a tenant: each with its state, what is missing, and what to do. */
export function DomainList({
  domains,
  tenantName,
  actions,
}: {
  domains: DomainSummary[]
  tenantName: string
  actions?: DomainActions
}) {
  return (
    <ul className="divide-y divide-line">
      {domains.map((domain) => (
        <li key={domain.id} className="grid gap-4 px-4 py-4 sm:px-6">
          <div className="flex flex-wrap items-start justify-between gap-3">
            <div className="grid min-w-0 flex-1 basis-64 gap-0.5">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                <span className="break-all">{domain.domain}</span>
                <DomainState domain={domain} />
              </p>
              <p className="text-muted text-sm">
                <History domain={domain} />
              </p>
            </div>
            {actions && <Buttons domain={domain} tenantName={tenantName} actions={actions} />}
          </div>
          {domain.missingSinceAt && <Missing domain={domain} />}
          {domain.status === 'pending' ? (
            <TxtRecord domain={domain} actions={actions} />
          ) : (
            <Disclosure summary="TXT record" open={domain.missingSinceAt !== null}>
              <TxtRecord domain={domain} actions={actions} />
            </Disclosure>
          )}
        </li>
      ))}
    </ul>
  )
}

function DomainState({ domain }: { domain: DomainSummary }) {
  if (domain.status === 'pending') return <Badge>Pending</Badge>
  if (domain.status === 'vouched') return <Badge tone="accent">Vouched for</Badge>
  return domain.missingSinceAt ? (
    <Badge tone="warn">Record missing</Badge>
  ) : (
    <Badge tone="good">Verified</Badge>
  )
}

function History({ domain }: { domain: DomainSummary }) {
  const looked = domain.checkedAt ? (
    <>
      Record last looked for <Time at={domain.checkedAt} />
    </>
  ) : (
    'Record not looked for yet'
  )
  if (domain.status === 'pending') return <>Its addresses lead nowhere yet · {looked}</>
  if (domain.status === 'vouched')
    return `Vouched for by ${domain.vouchedBy} · It counts without a TXT record`
  return (
    <>
      {domain.verifiedAt && (
        <>
          Verified <Time at={domain.verifiedAt} precision="day" /> ·{' '}
        </>
      )}
      {looked}
    </>
  )
}

function Missing({ domain }: { domain: DomainSummary }) {
  return (
    <Notice tone="warn" title="The TXT record is no longer there">
      It has been missing since <Time at={domain.missingSinceAt!} />. Unless it comes back, the domain is
      pending again from <Time at={domain.pendingFromAt!} />, and its addresses lead nowhere.
    </Notice>
  )
}

function TxtRecord({ domain, actions }: { domain: DomainSummary; actions: DomainActions | undefined }) {
  return (
    <div className="grid max-w-2xl gap-4">
      <p className="text-pretty text-muted">
        Whoever looks after the DNS of {domain.domain} adds this TXT record, and leaves it there: it is looked
        for once a day.
      </p>
      <CopyField
        label={`Name for ${domain.domain}`}
        value={domain.txtRecord.name}
        hint="Some DNS providers add the domain by themselves. There, enter only the part before it."
      />
      <CopyField label={`Value for ${domain.domain}`} value={domain.txtRecord.value} />
      {actions && <DomainCheck domain={domain.domain} check={actions.check.bind(null, domain.id)} />}
    </div>
  )
}

function Buttons({
  domain,
  tenantName,
  actions,
}: {
  domain: DomainSummary
  tenantName: string
  actions: DomainActions
}) {
  return (
    <div className="flex flex-wrap gap-2">
      {domain.status === 'pending' && actions.vouch && (
        <ConfirmButton
          size="sm"
          variant="secondary"
          label="Vouch for it"
          title={`Vouch for ${domain.domain}?`}
          confirmLabel="Vouch for it"
          done={`${domain.domain} counts from now on.`}
          run={actions.vouch.bind(null, { domain: domain.domain, vouched: true })}
        >
          <p>
            Everybody with an address in <strong>{domain.domain}</strong> is taken for one of {tenantName} at
            once, without a TXT record. Your name stands beside it, here and in the audit log.
          </p>
        </ConfirmButton>
      )}
      <ConfirmButton
        size="sm"
        label="Remove"
        title={`Remove ${domain.domain}?`}
        confirmLabel="Remove domain"
        done={`${domain.domain} has been removed.`}
        run={actions.remove.bind(null, domain.id)}
      >
        {domain.status === 'pending' ? (
          <p>
            The claim on <strong>{domain.domain}</strong> is given up. A later one needs another TXT record.
          </p>
        ) : (
          <p>
            People with an address in <strong>{domain.domain}</strong> are no longer led to the sign-in of{' '}
            {tenantName}, and another tenant can have the domain. To have it back takes another TXT record.
          </p>
        )}
      </ConfirmButton>
    </div>
  )
}
