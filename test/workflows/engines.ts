import { hostname } from 'node:os';
import { forkedGoTool, goTool, isRequired, ToolchainMissing } from '../../scripts/pinned-tools.ts';

/** A program that runs workflow files, and where it differs from the others. */
export interface Engine {
  readonly name: string;
  readonly program: string;
  /** Why it cannot be run, for names of tests; empty: it can. */
  readonly whyNot: string;
  /** Arguments that it takes, and another one does not. */
  readonly own: readonly string[];
  /** What its runner sets besides, for all jobs. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether summaries are told in its log. */
  readonly tellsSummaries: boolean;
  /** What those who wait for a job are told after its name: its runner, its host, and the page of its run. */
  readonly place: string;
  readonly page: string;
}

const ACT = 'github.com/nektos/act';

/** nektos/act. */
export const act: Engine = {
  name: 'act',
  ...built(() => goTool('act', ACT, 'v0.2.89')),
  // Else as many jobs without a matrix as there are processors.
  own: ['--strict', '--concurrent-jobs=8'],
  env: {},
  tellsSummaries: true,
  ...shown('', 'https://github.com/octo/app/actions/runs/1/attempts/1'),
};

/** The fork of it that is in the runner of Gitea, told what that runner tells it. */
export const gitea: Engine = {
  name: 'gitea/act',
  ...built(() => forkedGoTool('gitea-act', ACT, 'gitea.com/gitea/act', 'v0.261.10')),
  own: [
    '--max-parallel=8',
    '--github-instance=https://code.example',
    ...['GITHUB_RUN_ID=4711', 'GITHUB_RUN_NUMBER=12', 'RUNNER_NAME=runner-3'].map((each) => `--env=${each}`),
  ],
  env: { GITEA_ACTIONS: 'true' },
  tellsSummaries: false,
  ...shown('on runner-3 ', 'https://code.example/octo/app/actions/runs/12?by_index=1'),
};

export const both: readonly Engine[] = [act, gitea];

function shown(runner: string, page: string): { readonly place: string; readonly page: string } {
  return { place: `${runner}(${hostname()}), ${page}`, page };
}

/** Built at the first time, which takes half a minute. */
function built(build: () => string): { readonly program: string; readonly whyNot: string } {
  try {
    return { program: build(), whyNot: '' };
  } catch (error) {
    if (isRequired || !(error instanceof ToolchainMissing)) throw error;
    return { program: '', whyNot: ` (skipped: ${error.message})` };
  }
}
