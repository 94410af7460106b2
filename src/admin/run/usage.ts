import { aliases } from '../../step/inputs/aliases.ts';
import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import { aliasOption, notOptions, optionNames } from './options.ts';

/** The text of `build-once run --help`. */
export function usage(): string {
  return `Does what the action does, anywhere: reuses the artifact, waits for who builds it, or builds it. Prints its path on standard
output, and all else on standard error.

build-once run --key KEY [options] -- COMMAND [ARGUMENT]...
build-once run --key KEY [options] --run SCRIPT
build-once run --url URL | --repository REPOSITORY | --image IMAGE [options]

A COMMAND is started as it is, and finds the folder to build into in the variable BUILD_ONCE_OUT. A SCRIPT is run by a shell.
Of an image, the id is printed and not a path.

  --root DIR    the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(', ')};
                outside of CI systems a folder of this user, such as ~/.cache/build-once
  --scope NAME  who shares the key; by default the repository that the CI system names, else this checkout
  --pid PID     the build stays for as long as this process lives ($$ is the shell); by default for 6 hours
  --json        prints the outputs of the action as one JSON object, not the path
  --help        this text

The inputs of the action are options of the same names; docs/inputs.md describes each:

${wrapped(optionNames.text)}

May be given more than once, a line each:

${wrapped(optionNames.list)}

Have no value; --no-NAME is false:

${wrapped(optionNames.flag)}

Secrets, by the name of a variable that has the value:

${wrapped(optionNames.secret.map((name) => `${name}-env`))}

Other names, which other actions have, and in parentheses what they are here:

${wrapped(optionNames.alias.map((name) => `${aliasOption(name)} (${aliases[name]})`))}

No options:

${Object.entries(notOptions)
  .map(([name, why]) => `  ${name}: ${why}`)
  .join('\n')}

Example: build-once run --key sdk-1.2 -- make install
Example: cc=$(build-once run --key llvm-18.1.8 --run './ci/build-llvm.sh "$BUILD_ONCE_OUT"')/bin/clang

Exit code: 0 if the artifact is there, 1 if the build or something else failed, 2 for bad input, 3 if it is not there and not
to be built (--lookup-only, --no-build), 4 if the wait took too long, 130 if interrupted.
`;
}

const WIDTH = 110;

function wrapped(names: readonly string[]): string {
  const lines = [' '];
  for (const name of names) {
    if (`${lines.at(-1)} --${name}`.length > WIDTH) lines.push(' ');
    lines.push(`${lines.pop()} --${name}`);
  }
  return lines.join('\n');
}
