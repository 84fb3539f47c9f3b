const LOOPBACK: readonly string[] = ['127.0.0.1', '[::1]', 'localhost']

/**
 * The address that a stage's webhooks go to.
 *
 * @returns `undefined` for `none`
 * @throws Error for one that is no URL, or would send what is said of customers in clear text over a network
 */
export function webhookAddress(text: string): URL | undefined {
  if (text === 'none') return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname))
  if (url !== undefined && isSafe && url.username === '' && url.password === '') return url
  throw new Error(`the address of notices is ${JSON.stringify(text)}; expected https://… without a password, or none`)
}
