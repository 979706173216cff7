/** Whether a host, as people or URLs write it, is this machine: what is sent there in the clear goes no further. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
