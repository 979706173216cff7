const safe = new Set(['GET', 'HEAD', 'OPTIONS', 'QUERY', 'ALL'])

/** Whether a request with this method may change something (RFC 9110, section 9.2.1). `ALL` is tried as GET. */
export const writes = (method: string): boolean => !safe.has(method)
