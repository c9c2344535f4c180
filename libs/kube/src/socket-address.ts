/** `ip:port`, an IPv6 address in brackets. */
export function socketAddress(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}
