import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { NoticeFollower } from '../../../infra/cli/lib/notice-follower.ts'

const directory = mkdtempSync(join(tmpdir(), 'groschen-notices-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const mail = (name: string, text: string) => writeFileSync(join(directory, 'mail', name), text)
const deliver = (text: string) => appendFileSync(join(directory, 'webhooks.jsonl'), text)

test('each mail and each delivery is shown once, when it is whole', async () => {
  mkdirSync(join(directory, 'mail'))
  mail('1.txt', 'To: old@x.example\nSubject: before\n')
  const notices = await NoticeFollower.begin(directory)
  expect(await notices.fresh()).toEqual([])

  mail('2.html', '<p>')
  mail('2.txt', 'Date: now\nFrom: a\nTo: b')
  deliver('{"id":"acme#1","event":{"type":"groschen.top-up.succeeded"}}\n{"id":"ac')
  expect(await notices.fresh()).toEqual([
    `webhook: groschen.top-up.succeeded acme#1 -> ${join(directory, 'webhooks.jsonl')}`,
  ])

  mail('2.txt', 'Date: now\nFrom: a\nTo: b@x.example\nSubject: 1 credit bought\n\ntext\n')
  expect(await notices.fresh()).toEqual([`mail to b@x.example: 1 credit bought -> ${join(directory, 'mail', '2.txt')}`])
  expect(await notices.fresh()).toEqual([])
})
