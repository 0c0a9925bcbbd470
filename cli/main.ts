#!/usr/bin/env node
import { runProgram } from './program.ts';
import { outliveReaders } from './terminal.ts';

outliveReaders();

// Not `await`, since the bundle is CommonJS.
void runProgram(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
