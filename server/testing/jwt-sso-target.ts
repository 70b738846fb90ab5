import type { TargetWithSecret } from '#lib/jwt-sso-targets/create-target.ts'
import { managementClient, type TestServer } from './describe-on-each-server.ts'

/** A target whose base URL is a path of the server itself, where nothing answers. */
export async function makeTarget(
  server: TestServer,
  more: Record<string, unknown> = {},
): Promise<TargetWithSecret> {
  const json = {
    name: 'Surveys',
    baseUrl: `${server.url}/surveys`,
    audience: 'www.surveys.example',
    ...more,
  }
  const answer = await managementClient(server).post('/api/v1/jwt-sso-targets', { json })
  if (answer.status !== 201) throw new Error(`the target was not made: ${answer.text}`)
  return answer.json<TargetWithSecret>()
}

/** The SSO URL as the product sends people to it: both parts URL-encoded, the latter only where there is something. */
export function ssoUrlOf(target: Pick<TargetWithSecret, 'ssoUrl'>, path: string, params?: string): string {
  const carried = params === undefined ? '' : `&return_to_params=${encodeURIComponent(params)}`
  return `${target.ssoUrl}?return_to_path=${encodeURIComponent(path)}${carried}`
}
