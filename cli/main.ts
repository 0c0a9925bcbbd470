#!/usr/bin/env node
import { runProgram } from './program.ts';

// A reader that has seen enough, such as `| head`, is not an error; nor does it end an act, or change its exit code.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// Not `await`, since the bundle is CommonJS.
void runProgram(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
