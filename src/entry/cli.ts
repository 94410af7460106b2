#!/usr/bin/env node
import { runCommand } from '../admin/command.ts';

// Not awaited, as in main.ts.
void runCommand(process.argv.slice(2));
