#!/usr/bin/env node
import "./cli/rolldown-runtime.js";
import { t as runCommand } from "./cli/command.js";
// src/entry/cli.ts
runCommand(process.argv.slice(2));
export {};
