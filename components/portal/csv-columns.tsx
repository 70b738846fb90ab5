import { Facts, Id } from '../ui/facts.tsx'

/** The columns of a list of users, for whoever writes one. */
export function CsvColumns() {
  return (
    <div className="grid max-w-3xl gap-5">
      <Facts
        facts={[
          {
            label: 'email',
            value:
              'Who the row is about. The only one that must be there. A user of the tenant with this address is changed, whoever is new is created.',
          },
          {
            label: 'username, firstName, lastName, ssoUsername',
            value: 'As they are. User names belong to one user of the tenant.',
          },
          {
            label: 'status',
            value: (
              <>
                <Id>active</Id> or <Id>disabled</Id>, who is signed out at once. Empty: as it is, and active
                for new ones.
              </>
            ),
          },
          {
            label: 'namespaces',
            value: (
              <>
                Names, such as <Id>support;sales</Id>. They replace those of before.
              </>
            ),
          },
          {
            label: 'tags',
            value: (
              <>
                Such as <Id>office=Paris;team=red;team=blue</Id>. They replace those of before.
              </>
            ),
          },
          {
            label: 'attributes.…',
            value: (
              <>
                One attribute, such as <Id>attributes.department</Id>. Others stay. What is no text is written{' '}
                <Id>json:12</Id>.
              </>
            ),
          },
        ]}
      />
      <p className="text-pretty text-muted">
        An empty cell takes away what was there; a column that is left out changes nothing. Commas, semicolons
        or tabs may stand between cells. Save the list as “CSV UTF-8”.
      </p>
    </div>
  )
}
