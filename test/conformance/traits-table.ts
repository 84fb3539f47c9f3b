import { type Trait, traits } from './engine-traits.ts'

const rowOf = ({ question, answers, meaning }: Trait) =>
  `| ${question} | ${answers.embedded} | ${answers.official} | ${meaning} |`

/** The table of this folder's README; a test holds the two together. */
export const traitsTable = [
  '| question | embedded (dynalite) | official (DynamoDB Local) | for Groschen |',
  '| --- | --- | --- | --- |',
  ...traits.map(rowOf),
].join('\n')
