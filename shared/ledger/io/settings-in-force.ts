import { settingsIn } from '../entries/entries.ts'
import type { Settings } from '../entries/settings.ts'
import { BrokenChain } from '../errors.ts'
import type { Page } from '../page/page.ts'
import { type LogTable, readPage } from './log-table.ts'

/** The settings of an account as of a page: they stand in the page that its header names. @throws BrokenChain */
export async function settingsInForce(log: LogTable, { header, entries }: Page): Promise<Settings> {
  const { account, seq, settingsSeq } = header
  const made = settingsSeq === seq ? entries : (await readPage(log, account, settingsSeq))?.entries
  const settings = settingsIn(made ?? [])
  if (settings === undefined) throw new BrokenChain(account, settingsSeq, 'holds no settings')
  return settings
}
