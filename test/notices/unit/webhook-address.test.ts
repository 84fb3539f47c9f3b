import { expect, test } from 'vitest'
import { webhookAddress } from '../../../shared/notices/io/send-webhook.ts'

test.each(['https://hooks.example/groschen?a=1', 'http://127.0.0.1:4000/', 'http://localhost/', 'http://[::1]:80/'])(
  'webhooks go to %s',
  (text) => {
    expect(webhookAddress(text)?.href).toContain('://')
  },
)

test.each(['http://hooks.example/', 'ftp://hooks.example/', 'https://user:secret@hooks.example/', 'hooks.example', ''])(
  'webhooks do not go to %j',
  (text) => {
    expect(() => webhookAddress(text)).toThrow(/expected https/)
  },
)

test('none is nowhere', () => {
  expect(webhookAddress('none')).toBeUndefined()
})
