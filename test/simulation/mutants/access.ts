import type { Mutant } from '../simulate.ts'

const ACCESS = 'shared/http/access.ts'

/** Bugs that let a token open what it does not name. */
export const accessMutants: readonly Mutant[] = [
  {
    name: 'fail-open-claim',
    about: 'a token without the claim account sees every account',
    patches: [
      { file: ACCESS, find: "const isOperator = scopes.includes('operate')", replace: 'const isOperator = true' },
    ],
    profile: 'limits',
  },
  {
    name: 'odd-claim-is-no-claim',
    about: 'an account that is no name counts as none, and the scopes decide',
    patches: [{ file: ACCESS, find: "{ kind: 'odd' }\n}", replace: "{ kind: 'absent' }\n}" }],
  },
  {
    name: 'account-of-body-unchecked',
    about: 'a request may name another account in its body than its token does',
    patches: [
      {
        file: 'shared/http/serve.ts',
        find: 'for (const part of named) checkNamed(caller, part)',
        replace: 'for (const part of named) void part',
      },
    ],
    profile: 'limits',
  },
]
