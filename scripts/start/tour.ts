/** What to paste into a second terminal: sign up, enter the lounge, get refused. */
export function tour({ issuer, lounge, data }: { issuer: string; lounge: string; data: string }): string {
  const [signUp, enter, refused] = tourCommands({ issuer, lounge })
  return `
Gatehouse is up at ${issuer} (its API, to read and try: ${issuer}/docs), and the lounge at ${lounge}.
What it stores is in ${data}. Paste these into another terminal:

  # sign up, and keep the token
  ${signUp}

  # enter the lounge with it
  ${enter}

  # without one you are refused
  ${refused}

Or use a browser: sign up with an e-mail address at ${issuer}/sign-up, and read your mail at
${issuer}/dev/mail: confirm the address, sign in by a link, reset the password.

Ctrl-C ends both.
`
}

/** The three command lines. A name of its own each time, so that they can be pasted again and again. */
export function tourCommands({
  issuer,
  lounge,
}: {
  issuer: string
  lounge: string
}): [string, string, string] {
  return [
    `TOKEN=$(curl -sS ${issuer}/auth/sign-up -H 'Content-Type: application/json' -d '{"username":"ada-'$RANDOM'","password":"correct horse battery staple"}' | sed -n 's/.*"token":"\\([^"]*\\)".*/\\1/p')`,
    `curl -isw '\\n' ${lounge}/vip-lounge -H "Authorization: Bearer $TOKEN"`,
    `curl -isw '\\n' ${lounge}/vip-lounge`,
  ]
}
