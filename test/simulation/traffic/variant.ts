/**
 * One identity with one payload, as a publisher means it. The same identity with another payload is another variant.
 *
 * Publishers of the simulation send the variant's texts; the oracle says what may become of it.
 */
export interface Variant {
  readonly serial: number
  readonly source: string
  readonly id: string
  readonly boundAt: number | undefined
  readonly account: string
  readonly time: number
  readonly user: string
  readonly group: string | undefined
  readonly category: string
  readonly service: string
  readonly variant: Readonly<Record<string, string>> | undefined
  /** Canonical decimals. */
  readonly quantities: Readonly<Record<string, string>>
  readonly reservation: string | undefined
}

/** What stands at one place of a message. */
export interface Element {
  readonly text: string
  /** `undefined`: nothing that may ever be charged. */
  readonly variant: Variant | undefined
}

/** The event as JSON. The same event can be written in many ways. */
export function textOf(variant: Variant, manner: number): string {
  const { source, id, account, time, user, group, category, service, reservation } = variant
  const isOther = manner >= 0.5
  const quantities = Object.entries(variant.quantities).map(([meter, text]): [string, string | number] => [
    meter,
    /^\d{1,15}$/.test(text) && !isOther ? Number(text) : spelled(text, manner),
  ])
  if (isOther) quantities.reverse()
  const data = {
    user,
    ...(group !== undefined && { group }),
    category,
    service,
    ...(variant.variant && { variant: variant.variant }),
    quantities: Object.fromEntries(quantities),
    ...(reservation !== undefined && { reservation }),
  }
  const type = 'groschen.usage.v1'
  const event = isOther
    ? { data, time: inBerlin(time), subject: account, id, source, type, specversion: '1.0' }
    : { specversion: '1.0', type, id, source, subject: account, time: new Date(time).toISOString(), data }
  return JSON.stringify(event)
}

const spelled = (text: string, manner: number): string =>
  text.includes('.') && manner > 0.75 && text.split('.')[1]!.length < 6 ? `${text}0` : text

const inBerlin = (time: number): string => new Date(time + 3_600_000).toISOString().replace('Z', '+01:00')
