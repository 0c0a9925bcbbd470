#!/usr/bin/env node
import { runProgram } from './program.ts';

// A reader that has seen enough, such as `| head`, is not an error.
process.stdout.on('error', () => process.exit(0));

// Not `await`, since the bundle is CommonJS.
void runProgram(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
