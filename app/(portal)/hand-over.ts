import { cookies } from 'next/headers'
import { handOverBrowser } from '#lib/login/begin-portal-login.ts'
import { house } from '#server/house-access.ts'

/** Under which the login flow kept what it handed to this browser. */
export async function loadHandOverBrowser(): Promise<string | null> {
  const jar = await cookies()
  return handOverBrowser(house(), new Map(jar.getAll().map(({ name, value }) => [name, value])))
}
