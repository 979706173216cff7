/** The page may run and fetch what this server serves, and nothing else (CSP level 3). */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // Scalar writes its styles into the page
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page; `base` is the path under which the server is reached, without a slash at its end. */
export function referencePage(base: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Gatehouse: HTTP API</title>
</head>
<body>
<noscript>The description of this API is at <a href="${base}/openapi.json">${base}/openapi.json</a>.</noscript>
<div id="reference"></div>
<script src="${base}/docs/scalar.js"></script>
<script src="${base}/docs/start.js"></script>
</body>
</html>
`
}

/** Starts Scalar on the page with our description and our copy of everything; nothing is fetched or sent elsewhere. */
export function startScript(base: string): string {
  const configuration = {
    url: `${base}/openapi.json`,
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: 'never',
    persistAuth: false,
    defaultOpenAllTags: false,
  }
  return `Scalar.createApiReference('#reference', ${JSON.stringify(configuration)})\n`
}
