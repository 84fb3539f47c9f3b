import { describe, expect, test } from 'vitest'
import { accountBoundId, bindingOf, boundIdFrom, readBoundId } from '../../../shared/usage/account-bound-id.ts'

const MORNING = 1795428930123
const ALL_ONES = (1n << 50n) - 1n

describe('an account-bound id', () => {
  test.each([
    ['/chat/eu', 'acme', 0n, '01a207e7-524b-883c-8e60-000000000000'],
    ['/chat/eu', 'acme-2', 0n, '01a207e7-524b-83c2-a4cc-000000000000'],
    ['/chat/eu', 'acme', ALL_ONES, '01a207e7-524b-883c-8e63-ffffffffffff'],
    ['/chät', 'acme', 123456789n, '01a207e7-524b-83eb-8f9c-0000075bcd15'],
  ])('of source %s and account %s is the published vector', (source, account, random, id) => {
    expect(accountBoundId(source, account, MORNING, random)).toBe(id)
  })

  test('gives back its time, binding and random bits', () => {
    const id = accountBoundId('/chat/eu', 'acme', MORNING, ALL_ONES)
    const read = readBoundId(id)
    expect(read).toEqual({ time: MORNING, binding: bindingOf('/chat/eu', 'acme'), random: '3ffffffffffff' })
    expect(boundIdFrom(read!)).toBe(id)
  })

  test.each(['', 'order-17', '01a207e7-524b-783c-8e60-000000000000', '01A207E7-524B-883C-8E60-000000000000'])(
    'is not what %j is: that one is opaque',
    (id) => {
      expect(readBoundId(id)).toBeUndefined()
    },
  )
})
