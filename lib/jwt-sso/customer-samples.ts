/**
 * Code to copy for the page of a customer that signs people in by JWT SSO, with the values of the connection in it.
 * Text in, text out; standard libraries alone, so that nothing has to be installed. The secret is never in it: it is
 * read from the environment.
 */
export type CustomerSample = {
  id: 'node' | 'python' | 'ruby' | 'php' | 'java' | 'csharp'
  title: string
  /** What it needs, in a sentence. */
  lead: string
  /** Where the code belongs. */
  file: string
  code: string
}

/** `baseUrl`: where people are sent back to; `audience`: what the token is for (`aud`). */
export type SampleValues = { baseUrl: string; audience: string }

/** The variable of the environment that holds the secret, as it was shown when it was made. */
export const secretVariable = 'JWT_SSO_SECRET'

/** The same page in each language. Its function takes what the page was asked with, already URL-decoded by the framework. */
export function writeCustomerSamples(given: SampleValues): CustomerSample[] {
  const values = { ...given, baseUrl: given.baseUrl.replace(/\/$/, '') }
  return [
    {
      id: 'node',
      title: 'Node.js',
      lead: 'Node.js 16 or newer, as an ES module.',
      file: 'sso-url.mjs',
      code: writeNode(values),
    },
    { id: 'python', title: 'Python', lead: 'Python 3.', file: 'sso_url.py', code: writePython(values) },
    { id: 'ruby', title: 'Ruby', lead: 'Ruby 2.5 or newer.', file: 'sso_url.rb', code: writeRuby(values) },
    { id: 'php', title: 'PHP', lead: 'PHP 7.4 or newer.', file: 'sso_url.php', code: writePhp(values) },
    { id: 'java', title: 'Java', lead: 'Java 11 or newer.', file: 'SsoUrl.java', code: writeJava(values) },
    {
      id: 'csharp',
      title: 'C#',
      lead: '.NET 6 or newer.',
      file: 'SsoUrl.cs',
      code: writeCsharp(values),
    },
  ]
}

const callIt =
  'Call this once you know who the person is, and redirect the browser to the address it returns.'
const asShown = 'The secret as it was shown: used as text, not decoded from base64.'
const addTags = 'You may add firstName, lastName, id, and tags such as {"Department": "Sales"}.'

function writeNode({ baseUrl, audience }: SampleValues): string {
  return `import { createHmac, randomUUID } from 'node:crypto'

// ${asShown}
const secret = process.env.${secretVariable}

// ${callIt}
export function ssoUrl(email, returnToPath, returnToParams) {
  const now = Math.floor(Date.now() / 1000)
  const header = { alg: 'HS512', typ: 'JWT' }
  const claims = {
    // ${addTags}
    data: { email },
    iat: now,
    nbf: now - 180,
    exp: now + 300,
    aud: ${doubleQuoted(audience)},
    jti: randomUUID(),
  }
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = \`\${part(header)}.\${part(claims)}\`
  const token = \`\${signed}.\${createHmac('sha512', secret).update(signed).digest('base64url')}\`
  const address = \`${templateSafe(baseUrl)}/\${returnToPath}?sso_jwt=\${token}\`
  return returnToParams ? \`\${address}&\${returnToParams}\` : address
}
`
}

function writePython({ baseUrl, audience }: SampleValues): string {
  return `import base64
import hashlib
import hmac
import json
import os
import time
import uuid

# ${asShown}
SECRET = os.environ["${secretVariable}"]


# ${callIt}
def sso_url(email, return_to_path, return_to_params=None):
    now = int(time.time())
    header = {"alg": "HS512", "typ": "JWT"}
    claims = {
        # ${addTags}
        "data": {"email": email},
        "iat": now,
        "nbf": now - 180,
        "exp": now + 300,
        "aud": ${doubleQuoted(audience)},
        "jti": str(uuid.uuid4()),
    }
    signed = part(json.dumps(header).encode()) + "." + part(json.dumps(claims).encode())
    signature = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha512).digest()
    token = signed + "." + part(signature)
    address = ${doubleQuoted(`${baseUrl}/`)} + return_to_path + "?sso_jwt=" + token
    return address + "&" + return_to_params if return_to_params else address


def part(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
`
}

function writeRuby({ baseUrl, audience }: SampleValues): string {
  return `require 'json'
require 'openssl'
require 'securerandom'

# ${callIt}
def sso_url(email, return_to_path, return_to_params = nil)
  # ${asShown}
  secret = ENV.fetch('${secretVariable}')
  now = Time.now.to_i
  header = { alg: 'HS512', typ: 'JWT' }
  claims = {
    # ${addTags}
    data: { email: email },
    iat: now,
    nbf: now - 180,
    exp: now + 300,
    aud: ${singleQuoted(audience)},
    jti: SecureRandom.uuid
  }
  part = ->(octets) { [octets].pack('m0').tr('+/', '-_').delete('=') }
  signed = part.call(JSON.generate(header)) + '.' + part.call(JSON.generate(claims))
  token = signed + '.' + part.call(OpenSSL::HMAC.digest('SHA512', secret, signed))
  address = ${singleQuoted(`${baseUrl}/`)} + return_to_path + '?sso_jwt=' + token
  return_to_params.to_s.empty? ? address : address + '&' + return_to_params
end
`
}

function writePhp({ baseUrl, audience }: SampleValues): string {
  return `<?php

// ${callIt}
function sso_url(string $email, string $returnToPath, string $returnToParams = ''): string
{
    // ${asShown}
    $secret = getenv('${secretVariable}');
    $now = time();
    $header = ['alg' => 'HS512', 'typ' => 'JWT'];
    $claims = [
        // ${addTags}
        'data' => ['email' => $email],
        'iat' => $now,
        'nbf' => $now - 180,
        'exp' => $now + 300,
        'aud' => ${singleQuoted(audience)},
        'jti' => bin2hex(random_bytes(16)),
    ];
    $part = fn (string $octets): string => rtrim(strtr(base64_encode($octets), '+/', '-_'), '=');
    $signed = $part(json_encode($header)) . '.' . $part(json_encode($claims));
    $token = $signed . '.' . $part(hash_hmac('sha512', $signed, $secret, true));
    $address = ${singleQuoted(`${baseUrl}/`)} . $returnToPath . '?sso_jwt=' . $token;
    return $returnToParams === '' ? $address : $address . '&' . $returnToParams;
}
`
}

function writeJava({ baseUrl, audience }: SampleValues): string {
  return `import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class SsoUrl {
    // ${asShown}
    private static final String SECRET = System.getenv("${secretVariable}");

    // ${callIt}
    public static String of(String email, String returnToPath, String returnToParams) throws Exception {
        long now = Instant.now().getEpochSecond();
        String header = "{\\"alg\\":\\"HS512\\",\\"typ\\":\\"JWT\\"}";
        // ${addTags}
        String claims = "{\\"data\\":{\\"email\\":" + json(email) + "}"
            + ",\\"iat\\":" + now
            + ",\\"nbf\\":" + (now - 180)
            + ",\\"exp\\":" + (now + 300)
            + ",\\"aud\\":" + json(${doubleQuoted(audience)})
            + ",\\"jti\\":\\"" + UUID.randomUUID() + "\\"}";
        String signed = part(utf8(header)) + "." + part(utf8(claims));
        Mac mac = Mac.getInstance("HmacSHA512");
        mac.init(new SecretKeySpec(utf8(SECRET), "HmacSHA512"));
        String token = signed + "." + part(mac.doFinal(utf8(signed)));
        String address = ${doubleQuoted(`${baseUrl}/`)} + returnToPath + "?sso_jwt=" + token;
        boolean carries = returnToParams != null && !returnToParams.isEmpty();
        return carries ? address + "&" + returnToParams : address;
    }

    private static String part(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // A text as JSON. With a JSON library at hand, use that instead.
    private static String json(String text) {
        StringBuilder written = new StringBuilder("\\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\\\') written.append('\\\\').append(c);
            else if (c < ' ') written.append(String.format("\\\\u%04x", (int) c));
            else written.append(c);
        }
        return written.append('"').toString();
    }
}
`
}

function writeCsharp({ baseUrl, audience }: SampleValues): string {
  return `using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

public static class SsoUrl
{
    // ${callIt}
    public static string Of(string email, string returnToPath, string returnToParams = "")
    {
        // ${asShown}
        var secret = Environment.GetEnvironmentVariable("${secretVariable}")!;
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = new Dictionary<string, object> { ["alg"] = "HS512", ["typ"] = "JWT" };
        var claims = new Dictionary<string, object>
        {
            // ${addTags}
            ["data"] = new Dictionary<string, object> { ["email"] = email },
            ["iat"] = now,
            ["nbf"] = now - 180,
            ["exp"] = now + 300,
            ["aud"] = ${doubleQuoted(audience)},
            ["jti"] = Guid.NewGuid().ToString(),
        };
        var signed = Part(JsonSerializer.SerializeToUtf8Bytes(header))
            + "." + Part(JsonSerializer.SerializeToUtf8Bytes(claims));
        using var hmac = new HMACSHA512(Encoding.UTF8.GetBytes(secret));
        var token = signed + "." + Part(hmac.ComputeHash(Encoding.UTF8.GetBytes(signed)));
        var address = ${doubleQuoted(`${baseUrl}/`)} + returnToPath + "?sso_jwt=" + token;
        return returnToParams == "" ? address : address + "&" + returnToParams;
    }

    private static string Part(byte[] octets) =>
        Convert.ToBase64String(octets).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
`
}

/** A literal of JavaScript, Python, Java and C#: what is not ASCII is escaped, so that no encoding of a file matters. */
function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, (unit) => `\\u${hex4(unit)}`)
}

/** A literal of Ruby and PHP, in which nothing but a backslash and the quote means anything. */
function singleQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

/** Inside a template literal of JavaScript. */
function templateSafe(text: string): string {
  return text.replace(/[\\`$]/g, '\\$&')
}

function hex4(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, '0')
}
