import { createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, readHeader, splitCompact } from './compact.ts'
import { importJwk, importSecret, type VerificationKey } from './key.ts'
import { checkSignature, checkSignatureElsewhere } from './signature.ts'
import type { Jwk } from './types.ts'

const claims =
  'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'

const examples: { name: string; key: Jwk; jws: string }[] = [
  {
    name: 'RFC 7515, A.1 (HS256)',
    key: {
      kty: 'oct',
      k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
    },
    jws: `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${claims}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
  },
  {
    name: 'RFC 7515, A.2 (RS256)',
    key: {
      kty: 'RSA',
      n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
      e: 'AQAB',
    },
    jws: `eyJhbGciOiJSUzI1NiJ9.${claims}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`,
  },
  {
    name: 'RFC 7515, A.3 (ES256)',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
    jws: `eyJhbGciOiJFUzI1NiJ9.${claims}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
  },
  {
    name: 'RFC 7515, A.4 (ES512)',
    key: {
      kty: 'EC',
      crv: 'P-521',
      x: 'AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk',
      y: 'ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2',
    },
    jws: 'eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn',
  },
  {
    name: 'RFC 8037, A.4 (EdDSA)',
    key: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    jws: 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
  },
  ...rfc7520(),
]

/** RFC 7520, 4.1 to 4.4 are in the Wycheproof suite, where the P-521 key's alg is misspelt and its figures are mended here. */
function rfc7520(): { name: string; key: Jwk; jws: string }[] {
  const url = new URL('./vectors/wycheproof_json_web_signature_test.json', import.meta.url)
  const suite = JSON.parse(readFileSync(url, 'utf8')) as {
    testGroups: { comment: string; public?: Jwk; private?: Jwk; tests: { jws: string; comment: string }[] }[]
  }
  return suite.testGroups
    .filter(({ comment }) => comment === 'rfc7520')
    .map(({ tests, ...group }) => {
      const { alg, ...key } = group.public ?? group.private ?? {}
      return {
        name: `RFC 7520, ${tests[0]?.comment} (${alg?.replace('521', '512')})`,
        key,
        jws: tests[0]?.jws ?? '',
      }
    })
}

function importFor(key: Jwk, alg: string): VerificationKey {
  if (key.kty === 'oct') return importSecret(createSecretKey(key.k ?? '', 'base64url').export())
  return importJwk({ ...key, alg })
}

describe('the examples of the standards', () => {
  it.each(examples)('accepts $name, and rejects it with one bit changed', async ({ key, jws }) => {
    const { header, signature, signingInput } = splitCompact(jws)
    const { alg } = readHeader(header)
    const imported = importFor(key, alg)
    expect(checkSignature(imported, alg, signingInput, signature)).toBe(true)
    if (key.kty !== 'oct')
      expect(await checkSignatureElsewhere(imported, alg, signingInput, signature)).toBe(true)

    const bytes = decodeBase64url(signature) ?? Buffer.alloc(0)
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1
    const changed = bytes.toString('base64url')
    expect(checkSignature(imported, alg, signingInput, changed)).toBe(false)
    if (key.kty !== 'oct')
      expect(await checkSignatureElsewhere(imported, alg, signingInput, changed)).toBe(false)
  })
})
