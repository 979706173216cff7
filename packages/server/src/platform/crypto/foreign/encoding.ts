/** Bytes in base64 without padding, as PHC strings write them. */
export const unpadded = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replace(/=+$/, '')

/**
 * Reads base64 in any of the alphabets that exports use (standard, URL-safe, passlib's with a dot for the plus), padded
 * or not. Undefined for anything else, and for two spellings of the same bytes but the canonical one.
 */
export function readBase64(text: string): Buffer | undefined {
  const standard = text.replace(/=+$/, '').replace(/[-.]/g, '+').replaceAll('_', '/')
  const bytes = Buffer.from(standard, 'base64')
  return standard !== '' && unpadded(bytes) === standard ? bytes : undefined
}

/** Reads bytes in hexadecimal. */
export function readHex(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** Reads a whole number as these formats write it: no sign, no leading zero, at most ten digits. */
export function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined
}
