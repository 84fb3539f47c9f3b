/**
 * List prices in USD, on demand, US East (N. Virginia), without the free tier.
 *
 * Source: what is published about the price pages of DynamoDB (seen of July 2025, after the cut of November 2024), SQS
 * (of June 2026), Lambda on arm64 and S3 Standard (undated). AWS's own pages could not be read where this was written:
 * look there before you quote it. They stand here so that the arithmetic can be followed, and done again with others.
 */
export const PRICES_SEEN = 'as published in 2025 and 2026, not read off the price pages themselves'

const MILLION = 1e6

export const prices = {
  writeUnit: 0.625 / MILLION,
  readUnit: 0.125 / MILLION,
  /** A gigabyte stored for a month. */
  storedGigabyte: 0.25,
  queueRequest: 0.4 / MILLION,
  invocation: 0.2 / MILLION,
  /** A gigabyte of memory for a second. */
  gigabyteSecond: 0.0000133334,
  objectPut: 0.005 / 1000,
} as const
