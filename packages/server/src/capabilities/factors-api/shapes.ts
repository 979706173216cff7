import { z } from '@hono/zod-openapi'
import { isStorable } from '../../platform/storable-text.ts'
import { userPath } from '../accounts/index.ts'
import {
  type AuthenticationResponseJSON,
  challengeIn,
  type FactorProof,
  type FactorRow,
  type RegistrationResponseJSON,
} from '../factors/index.ts'
import { audienceFields } from '../sessions-api/index.ts'
import { sampleChallenge } from '../sign-in/index.ts'
import type { FactorList } from './manage.ts'

export const factorPath = userPath.extend({ factorId: z.string() })

/** Why any factor id may stand below a user's path. */
export const amongOwn = 'the handler looks the factor up among those of the user'

/** The factor id in a path; one that no database can store matches nothing. */
export const factorIdOf = (id: string): string => (isStorable(id) ? id : '')

const nameField = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .openapi({ description: 'What its owner calls it.', example: 'Phone' })

export const beginTotpBody = z.strictObject({ name: nameField.optional() }).openapi('BeginTotp')

export const begunTotpBody = z
  .object({
    id: z.string().openapi({ description: 'For the path of `confirm`.' }),
    secret: z.string().openapi({ description: 'Base32, to be typed into an app.' }),
    uri: z.string().openapi({ description: 'The `otpauth:` address that apps read.' }),
    qr: z.string().openapi({ description: 'The address as a QR code: an SVG element.' }),
  })
  .openapi('BegunTotp')

const totpField = z.string().max(64).openapi({ description: 'Six digits.', example: '123456' })

export const confirmTotpBody = z.strictObject({ totp: totpField }).openapi('ConfirmTotp')

const codesField = z.array(z.string()).openapi({
  description: 'Each is good once; shown now and never again.',
  example: ['7k2m-9q4t-x0c5-hn8d-3wvj-e6ra'],
})

export const confirmedBody = z
  .object({
    recovery_codes: codesField.optional().openapi({ description: 'New ones, for a user who had none.' }),
  })
  .openapi('FactorConfirmed')

export const recoveryCodesBody = z.object({ recovery_codes: codesField }).openapi('RecoveryCodes')

export const renameBody = z.strictObject({ name: nameField }).openapi('FactorName')

export const factorBody = z
  .object({
    id: z.string(),
    kind: z.enum(['totp', 'passkey']),
    name: z.string(),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .openapi('Factor')

export const enrolledBody = factorBody
  .extend({
    recovery_codes: codesField.optional().openapi({ description: 'New ones, for a user who had none.' }),
  })
  .openapi('EnrolledPasskey')

export const factorsBody = z
  .object({
    factors: z.array(factorBody),
    recovery_codes: z.object({
      left: z.int().openapi({ example: 10 }),
      created_at: z.iso.datetime().nullable(),
    }),
  })
  .openapi('Factors')

const text = (most: number) => z.string().max(most)

/** What browsers make of passkeys (WebAuthn, section 5.1); they may add members of their own. */
const credential = <S extends z.ZodType>(response: S) =>
  z.object({
    id: text(2000),
    rawId: text(2000),
    type: z.literal('public-key'),
    response,
  })

const createdCredential = credential(
  z.object({
    clientDataJSON: text(8000),
    attestationObject: text(32_000),
    transports: z.array(text(40)).max(20).optional(),
  }),
)

const usedCredential = credential(
  z.object({
    clientDataJSON: text(8000),
    authenticatorData: text(8000),
    signature: text(8000),
    userHandle: text(200).nullish(),
  }),
)

type Created = z.infer<typeof createdCredential>
type Used = z.infer<typeof usedCredential>

/** The parts of a new passkey that are looked at. */
export function createdOf({ id, rawId, type, response }: Created): RegistrationResponseJSON {
  const { transports, ...rest } = response
  const known = transports === undefined ? rest : { ...rest, transports }
  return { id, rawId, type, clientExtensionResults: {}, response: known }
}

/** The parts of a passkey's answer that are looked at. */
export function usedOf({ id, rawId, type, response }: Used): AuthenticationResponseJSON {
  const { userHandle, ...rest } = response
  const known = userHandle ? { ...rest, userHandle } : rest
  return { id, rawId, type, clientExtensionResults: {}, response: known }
}

/** Options as the browser’s own types describe them. */
export const optionsBody = z.looseObject({ challenge: z.string() }).openapi('PasskeyOptions', {
  description:
    'For `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON` of `PublicKeyCredential`.',
})

/** Options as JSON: whatever members they have. */
export const showOptions = (options: { readonly challenge: string }): { challenge: string } => options

export const enrolPasskeyBody = z
  .strictObject({ name: nameField.optional(), credential: createdCredential })
  .openapi('EnrolPasskey')

export const passkeySignInBody = z
  .strictObject({
    credential: usedCredential,
    device_token: z.string().max(200).optional(),
    ...audienceFields,
    transport: z.enum(['body', 'cookie']).optional(),
  })
  .openapi('PasskeySignIn')

export const challengeBody = z
  .strictObject({ challenge: z.string().max(200).openapi({ example: sampleChallenge }) })
  .openapi('FactorChallenge')

const proofFields = {
  totp: totpField.optional(),
  recovery_code: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: 'One of the user’s recovery codes.', example: '7k2m-9q4t-x0c5-hn8d-3wvj-e6ra' }),
  passkey: usedCredential.optional(),
}

interface ProofInput {
  readonly totp?: string | undefined
  readonly recovery_code?: string | undefined
  readonly passkey?: Used | undefined
}

/** @param challenge what a passkey has to have signed; by default the challenge that it says */
export function proofOf(
  { totp, recovery_code: recoveryCode, passkey }: ProofInput,
  challenge?: string,
): FactorProof | undefined {
  if (totp !== undefined) return { totp }
  if (passkey !== undefined) {
    const used = usedOf(passkey)
    return { passkey: used, challenge: challenge ?? challengeIn(used) ?? '' }
  }
  return recoveryCode === undefined ? undefined : { recoveryCode }
}

const proofs = (body: ProofInput): number =>
  [body.totp, body.recovery_code, body.passkey].filter((proof) => proof !== undefined).length

export const factorProofBody = z
  .strictObject({
    challenge: z.string().max(200).openapi({
      description: 'From the response that asked for this step; good for ten minutes.',
      example: sampleChallenge,
    }),
    ...proofFields,
  })
  .refine((body) => proofs(body) === 1, {
    path: ['totp'],
    message: 'Send exactly one of `totp`, `recovery_code` and `passkey`.',
    params: { code: 'required' },
  })
  .openapi('FactorProof')

export const stepUpBody = z
  .strictObject({
    acr_values: z
      .string()
      .max(200)
      .optional()
      .openapi({ description: 'From the `WWW-Authenticate` header of the API.', example: 'mfa' }),
    max_age: z
      .int()
      .min(0)
      .optional()
      .openapi({ description: 'Seconds; from the same header.', example: 300 }),
    password: z.string().max(1000).optional().openapi({ format: 'password' }),
    ...proofFields,
  })
  .refine((body) => proofs(body) <= 1, {
    path: ['totp'],
    message: 'Send one of `totp`, `recovery_code` and `passkey`.',
    params: { code: 'ambiguous' },
  })
  .openapi('StepUp')

export const steppedUpBody = z
  .object({
    token: z.string().openapi({ description: 'The access token.' }),
    token_type: z.literal('Bearer'),
    expires_in: z.int().openapi({ description: 'Seconds that the access token is good for.', example: 600 }),
  })
  .openapi('SteppedUp')

const iso = (time: number): string => new Date(time).toISOString()

export function showFactor({
  id,
  kind,
  name,
  created_at,
  last_used_at,
}: FactorRow): z.infer<typeof factorBody> {
  return {
    id,
    kind,
    name,
    created_at: iso(created_at),
    last_used_at: last_used_at === null ? null : iso(last_used_at),
  }
}

export function showFactors({ factors, recoveryCodes }: FactorList): z.infer<typeof factorsBody> {
  const { left, createdAt } = recoveryCodes
  return {
    factors: factors.map(showFactor),
    recovery_codes: { left, created_at: createdAt === null ? null : iso(createdAt) },
  }
}
