import { entryShape } from '../../../shared/api/credits/entry.ts'
import type { ChargeEntry } from '../../../shared/ledger/entries/charge.ts'
import type { RefundEntry, ReratingEntry } from '../../../shared/ledger/entries/credit.ts'
import { readHeadPlace } from '../../../shared/ledger/io/stored-pages.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { readCatalogue } from '../../../shared/pricing/io/rates-table.ts'
import { newCommand } from '../lib/command.ts'
import { Failure } from '../lib/failure.ts'
import { type Logged, loggedEntries } from '../lib/log/logged-entries.ts'
import { chargeLines, loggedShape, receiptOf } from '../lib/log/receipt.ts'
import { OPTIONS } from '../lib/options.ts'
import { storedAccounts } from '../lib/stored-accounts.ts'
import { type StoredTables, withTables } from '../lib/stored-tables.ts'
import { amountWords, shown, visible } from '../lib/table.ts'
import { writeLine } from '../lib/voice.ts'

/** `groschen explain ID`: how the price of one charge came about, recomputed and compared with the log. */
export const explain = newCommand(
  'explain',
  'Shows how the price of one charge came about, recomputed now and compared with the log: quantities, rates and where they come from, each multiplication to the last digit, the rate card with its hash, page and position.',
  'npx groschen explain 01a207e7-524b-883c-8e63-ffffffffffff --data ./try',
)
  .argument('<id>', 'the id of the usage event')
  .addOption(OPTIONS.data)
  .addOption(OPTIONS.stage)
  .addOption(OPTIONS.account)
  .option('--source <source>', 'of this source, where several have used the id')
  .option('--json', "one JSON object, in the API's shape", false)
  .action(async (id, { account, source, json, ...place }) =>
    withTables(place, 'reading', async (tables) => {
      const accounts = account === undefined ? await storedAccounts(tables) : [account]
      const found: FoundCharge[] = []
      for (const one of accounts) found.push(...(await chargesIn(tables, one, id, source)))
      const charge = onlyOne(found, id, account)
      const { cards } = await readCatalogue(tables.rates, Date.now())
      for (const line of json ? [jsonOf(charge, cards)] : linesOf(charge, cards)) await writeLine(line)
    }),
  )

/** A charge, and what was given back or put right of it later. */
interface FoundCharge extends Logged {
  readonly entry: ChargeEntry
  readonly corrections: readonly (Logged & { readonly entry: RefundEntry | ReratingEntry })[]
}

/** All charges with an id; an id is one of its source, so there may be several. */
async function chargesIn(
  { log }: StoredTables,
  account: string,
  id: string,
  source: string | undefined,
): Promise<readonly FoundCharge[]> {
  const head = await readHeadPlace(log, account)
  if (head === undefined) return []
  const charges: (Logged & { readonly entry: ChargeEntry })[] = []
  const corrections: FoundCharge['corrections'][number][] = []
  for await (const logged of loggedEntries(log, account, head.seq, {})) {
    for (const one of logged) {
      const { entry } = one
      if (entry.kind === 'charge' && entry.id === id && (source ?? entry.source) === entry.source)
        charges.push({ ...one, entry })
      if ((entry.kind === 'refund' || entry.kind === 'rerating') && entry.of.id === id)
        corrections.push({ ...one, entry })
    }
  }
  return charges.map((charge) => ({
    ...charge,
    corrections: corrections.filter(({ entry }) => entry.of.source === charge.entry.source),
  }))
}

/** @throws Failure when there is none, or more than one */
function onlyOne(found: readonly FoundCharge[], id: string, account: string | undefined): FoundCharge {
  const [charge, ...others] = found
  if (charge === undefined) {
    const where = account === undefined ? 'no log has' : `the log of ${account} does not have`
    throw new Failure(
      `${where} a charge with id ${id}; it may be under way, or waiting: GET /v1/parked, /v1/ahead and /v1/quarantine, each with ?account=`,
    )
  }
  if (others.length === 0) return charge
  const places = found.map(({ entry, header }) => `--account ${header.account} --source ${entry.source}`)
  throw new Failure(`${found.length} charges have the id ${id}; choose one:\n${places.join('\n')}`)
}

/** What was used, at which prices, where they come from, and every multiplication. @throws Failure */
function linesOf({ entry, header, position, balance, corrections }: FoundCharge, cards: readonly RateCard[]) {
  const receipt = receiptOf(header.account, entry, cards)
  const { rows, rounded, card } = receipt
  return [
    ...chargeLines(entry, receipt),
    'How each row came about:',
    ...rows.flatMap(({ meter, calculation, origin }) => [`  ${meter}: ${calculation}`, `    ${visible(origin)}`]),
    '',
    rounded.remark,
    `Recomputed just now: ${amountWords(entry.credits)}, as the log says.`,
    `Rate card: version ${card.version}, in force from ${card.effectiveFrom}, published ${card.publishedAt}: ${visible(card.note ?? '')}`,
    `  SHA-256 ${card.hash}`,
    `In the log: page ${header.seq} of ${header.account}, entry ${position}; the balance after it ${amountWords(balance)}.`,
    ...corrections.map(
      ({ entry: { kind, credits, actor, reason }, header: { seq }, position: place }) =>
        `Since then: ${kind} of ${amountWords(credits)} in page ${seq}, entry ${place}, by ${shown(actor)}: ${shown(reason)}`,
    ),
  ]
}

const jsonOf = (charge: FoundCharge, cards: readonly RateCard[]): string =>
  JSON.stringify({
    account: charge.header.account,
    ...loggedShape(charge),
    ...receiptOf(charge.header.account, charge.entry, cards),
    corrections: charge.corrections.map((one) => entryShape(one.entry, one.header.seq, one.position)),
  })
